import type { RemoteModule } from '../module/remote-module.ts';
import type { ConnectionEnvironment } from './connection-environment.ts';
import type { Meter } from './meter.ts';
import type { TokenSource } from './token-keeper.ts';

export interface ConnectionOptions {
  readonly module: RemoteModule;
  /** The socket's whole address. */
  readonly url: string;
  /** Empty: anonymous. */
  readonly token: string;
  /** Asked before each handshake, and before a token ends; null: `token` is all there is. */
  readonly tokenSource: TokenSource | null;
  /** False: results and rows may come before they are durable. */
  readonly isConfirmed: boolean;
  /** What the server is asked to send of the area in a second, in bytes; 0: as much as it gives. */
  readonly bytesPerSecond: number;
  /** False: a dropped link is the end. */
  readonly reconnects: boolean;
  /** True: as long as nobody has refused it, a first handshake that fails is tried again. */
  readonly persists: boolean;
  readonly environment: ConnectionEnvironment;
  readonly meter: Meter | null;
}
