import { ConnectionId, Identity } from '@tickbase/schema/values';
import { makeSenderAuth, type SenderAuth } from './sender-auth.ts';

/** Whoever a transaction runs for: a connection, or the module itself (timers, systems), which has none. */
export class Caller {
  readonly identity: Identity;
  /** u32[8]: the identity as a column holds it. */
  readonly words: Uint32Array;
  readonly connectionId: ConnectionId | null;
  readonly isInternal: boolean;
  /** What the caller's token says, JSON; empty: there is no token. */
  #claims: string;
  #senderAuth: SenderAuth | null = null;
  #hex = '';

  constructor(identity: bigint, connectionId: bigint | null, claims = '') {
    this.identity = new Identity(identity);
    this.words = new Uint32Array(this.identity.toUint8Array().buffer);
    this.connectionId = connectionId === null ? null : new ConnectionId(connectionId);
    this.isInternal = connectionId === null;
    this.#claims = claims;
  }

  get claims(): string {
    return this.#claims;
  }

  /** The same caller has shown another token. */
  set claims(claims: string) {
    this.#claims = claims;
    this.#senderAuth = null;
  }

  /** Made when it is asked for, and then the same until the claims change. */
  get senderAuth(): SenderAuth {
    return (this.#senderAuth ??= makeSenderAuth(this.isInternal, this.identity, this.#claims));
  }

  /** 64 hex digits. */
  get hex(): string {
    if (this.#hex === '') this.#hex = this.identity.toHexString();
    return this.#hex;
  }
}
