import { createRequire } from 'node:module';
import { installPeers, PEERS_FOLDER } from './install-peers.ts';

/** A package that figures are set beside, from the folder and lockfile of its own (`loadtest/peers`), which is installed when it is first needed. */
export async function peer<T>(name: string, progress: (line: string) => void): Promise<T> {
  installPeers(name, progress);
  return (await import(createRequire(`${PEERS_FOLDER}package.json`).resolve(name))) as T;
}
