import type { ReadonlyTableHandle, TableHandle } from '../handles/table-handle.ts';
import type { TableLike } from '../tables/table.ts';
import type { ConnectionId } from '../values/connection-id.ts';
import type { Identity } from '../values/identity.ts';
import type { Timestamp } from '../values/timestamp.ts';
import type { Uuid } from '../values/uuid.ts';

/** A schema's tables, by the names of module code. */
export type Tables = { readonly [accessor: string]: TableLike };

/** What a reducer, hook or system gets. It dies with its transaction: later use throws. */
export interface ReducerCtx<Ts extends Tables> {
  readonly db: Db<Ts>;
  /** Who calls. In timers and systems, the module's own identity. */
  readonly sender: Identity;
  /** The caller's connection; null in timers, systems, init and started. */
  readonly connectionId: ConnectionId | null;
  readonly senderAuth: SenderAuth;
  /** The time of this transaction: above that of every one before it, and the same in a replay. */
  readonly timestamp: Timestamp;
  /** The number of this tick. */
  readonly tick: number;
  /** The module's own identity. */
  readonly databaseIdentity: Identity;
  /** Random numbers that come out the same in a replay. */
  readonly random: Random;
  /**
   * Ends a connection, or all of an identity, once this transaction has committed and is durable. Who is ended is told the reason (123 bytes of it), and may
   * connect anew unless `clientConnected` refuses.
   */
  disconnect(whom: Identity | ConnectionId, reason?: string): void;
  newUuidV4(): Uuid;
  /** Its time is that of `timestamp`. */
  newUuidV7(): Uuid;
}

export type Db<Ts extends Tables> = { readonly [Accessor in keyof Ts]: TableHandle<Ts[Accessor]> };

export interface SenderAuth {
  /** True when the runtime itself calls: timers, systems, init and started. */
  readonly isInternal: boolean;
  /** True when the caller has shown a token, be it that which this server has given it. */
  readonly hasJWT: boolean;
  /** Of that token; null: there is none. Frozen. */
  readonly jwt: JwtClaims | null;
}

/** What a proved token says of its subject. */
export interface JwtClaims {
  /** The claims as the issuer wrote them, JSON. */
  readonly rawPayload: string;
  /** `iss`: the address of the issuer; for tokens of this server `tickbase:…`. */
  readonly issuer: string;
  /** `sub`: whom the token is of, by the issuer's own name. */
  readonly subject: string;
  /** `aud`: for whom the token is. */
  readonly audience: readonly string[];
  /** That of the sender, which follows from issuer and subject. */
  readonly identity: Identity;
  /** All claims. */
  readonly fullPayload: JsonObject;
}

export interface JsonObject {
  readonly [name: string]: JsonPart;
}

export type JsonPart = string | number | boolean | null | JsonObject | readonly JsonPart[];

export interface Random {
  /** A float from 0 up to, not including, 1. */
  (): number;
  /** Fills the array with random bits and returns it. */
  fill<Target extends IntegerArray>(target: Target): Target;
  uint32(): number;
  /** A whole number from `min` to `max`, both included. */
  integerInRange(min: number, max: number): number;
  bigintInRange(min: bigint, max: bigint): bigint;
}

export type IntegerArray =
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array;

/** What an interest function gets: the same for reading alone. It runs again when a column that it looked at changes. */
export interface InterestCtx<Ts extends Tables> {
  readonly db: { readonly [Accessor in keyof Ts]: ReadonlyTableHandle<Ts[Accessor]> };
  readonly sender: Identity;
  readonly connectionId: ConnectionId | null;
}
