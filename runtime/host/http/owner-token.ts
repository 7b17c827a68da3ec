import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Authenticator, type ProvedToken, TokenRefusal } from '../../identity/index.ts';
import { writeDurably } from '../../storage/index.ts';

/**
 * The owner of a database is whoever can read its data folder: `owner.token`, mode 0600, proves it to the server. Returns the owner's identity,
 * which stays, and writes the file when it is not there or its key is no longer one of the server's.
 */
export async function ownerOf(dataDir: string, identities: Authenticator): Promise<bigint> {
  const path = join(dataDir, OWNER_TOKEN);
  if (existsSync(path)) {
    const known = await identities.prove(readFileSync(path, 'utf8').trim());
    if (!(known instanceof TokenRefusal)) return known.identity;
  }
  const { identity, token } = (await identities.name(OWNER_SUBJECT)) as ProvedToken; // nothing else waits yet
  writeDurably(path, `${token}\n`);
  return identity;
}

/** In the data folder. */
export const OWNER_TOKEN = 'owner.token';

/** No client's: theirs are random. */
const OWNER_SUBJECT = 'owner';
