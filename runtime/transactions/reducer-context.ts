import { Prng } from '@tickbase/base';
import { ConnectionId, Identity, Timestamp, Uuid } from '@tickbase/schema/values';
import type { Caller } from './caller.ts';
import { makeRandomSource, type RandomSource } from './random-source.ts';
import type { SenderAuth } from './sender-auth.ts';
import type { DisconnectOrder } from './world.ts';

/** What a module's function gets as its first argument. Made for one transaction; parts that few use are made when asked for. */
export class ReducerContext {
  readonly #scene: Scene;
  readonly #caller: Caller;
  readonly #transaction: number;
  readonly #timestampUs: number;
  /** Count of the tick's transactions before this one. */
  readonly #index: number;
  readonly tick: number;
  #timestamp: Timestamp | null = null;
  #prng: Prng | null = null;
  #random: RandomSource | null = null;

  constructor(scene: Scene, caller: Caller, transaction: number, index: number) {
    this.#scene = scene;
    this.#caller = caller;
    this.#transaction = transaction;
    this.#timestampUs = scene.timestampUs;
    this.#index = index;
    this.tick = scene.tick;
  }

  /** The tables, by accessor; only while this transaction is open. */
  get db(): object {
    return this.#scene.database(this.#transaction);
  }

  get sender(): Identity {
    return this.#caller.identity;
  }

  /** Null for timers, systems and the module's own hooks. */
  get connectionId(): ConnectionId | null {
    return this.#caller.connectionId;
  }

  get senderAuth(): SenderAuth {
    return this.#caller.senderAuth;
  }

  /** The time of this transaction: the tick's, and a microsecond for each transaction of the tick before this one. */
  get timestamp(): Timestamp {
    return (this.#timestamp ??= new Timestamp(BigInt(this.#timestampUs + this.#index)));
  }

  get databaseIdentity(): Identity {
    return this.#scene.moduleCaller.identity;
  }

  /** As `databaseIdentity`; the older name. */
  get identity(): Identity {
    return this.#scene.moduleCaller.identity;
  }

  /** Random numbers that depend on the tick's seed and on this transaction's place in the tick alone. */
  get random(): RandomSource {
    return (this.#random ??= makeRandomSource((this.#prng ??= prngOf(this.#scene, this.#index))));
  }

  /** Ends a connection, or all of an identity, once this transaction has committed. */
  disconnect(whom: Identity | ConnectionId, reason = ''): void {
    if (!(whom instanceof Identity || whom instanceof ConnectionId)) {
      throw new TypeError('ctx.disconnect takes an Identity or a ConnectionId');
    }
    this.#scene.askDisconnect(this.#transaction, {
      identity: whom instanceof Identity ? whom.__identity__ : null,
      connectionId: whom instanceof ConnectionId ? whom.__connection_id__ : null,
      reason: String(reason).slice(0, REASON_LENGTH_MAX),
    });
  }

  newUuidV4(): Uuid {
    return makeUuid((this.#prng ??= prngOf(this.#scene, this.#index)), 0n, 0n, 4n);
  }

  /** Ordered by the time of the transaction; several of one transaction are in no order. */
  newUuidV7(): Uuid {
    const milliseconds = this.timestamp.microsSinceUnixEpoch / 1000n;
    const fixed = BigInt.asUintN(48, milliseconds) << 80n;
    return makeUuid((this.#prng ??= prngOf(this.#scene, this.#index)), fixed, (1n << 80n) - 1n, 7n);
  }
}

/** What contexts ask of their world. */
export interface Scene {
  readonly tick: number;
  readonly timestampUs: number;
  readonly seed: number;
  readonly moduleCaller: Caller;
  /** The tables' handles; throws when `transaction` is over. */
  database(transaction: number): object;
  /** Throws when `transaction` is over, or may only read. */
  askDisconnect(transaction: number, order: DisconnectOrder): void;
}

/** More than a socket's last frame holds. */
const REASON_LENGTH_MAX = 123;

// Functions, not methods: an object of a class with private methods costs more to make, and one is made for each transaction.

/** RFC 9562: 128 random bits, of which version and variant (and for version 7 the time) are set. */
function makeUuid(prng: Prng, fixed: bigint, randomMask: bigint, version: bigint): Uuid {
  let bits = 0n;
  for (let word = 0; word < 4; word++) bits = (bits << 32n) | BigInt(prng.u32());
  if (version === 7n) bits = fixed | (bits & randomMask);
  bits = (bits & ~(0xfn << 76n)) | (version << 76n);
  bits = (bits & ~(0x3n << 62n)) | (0x2n << 62n);
  return new Uuid(bits);
}

function prngOf(scene: Scene, index: number): Prng {
  // Indexes are far below 2^20, so seeds of one tick never meet.
  return new Prng((BigInt.asUintN(44, BigInt(scene.seed)) << 20n) + BigInt(index));
}
