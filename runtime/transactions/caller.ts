import { ConnectionId, Identity } from '@tickbase/schema/values';

/** Whoever a transaction runs for: a connection, or the module itself (timers, systems), which has none. */
export class Caller {
  readonly identity: Identity;
  readonly connectionId: ConnectionId | null;
  readonly isInternal: boolean;
  #hex = '';

  constructor(identity: bigint, connectionId: bigint | null) {
    this.identity = new Identity(identity);
    this.connectionId = connectionId === null ? null : new ConnectionId(connectionId);
    this.isInternal = connectionId === null;
  }

  /** 64 hex digits. */
  get hex(): string {
    if (this.#hex === '') this.#hex = this.identity.toHexString();
    return this.#hex;
  }
}
