import type { GatewayLimits } from './gateway-limits.ts';
import type { LinkKeeper } from './link-keeper.ts';
import type { LinkRefusal } from './link-refusal.ts';
import type { Served } from './served.ts';
import type { SessionRegistry } from './session-registry.ts';
import type { Session } from './session.ts';

/**
 * What all connections of one identity may have together: how many they are, which of them stays where the module lets an identity have one alone, and
 * what each gets of the rates. A resume is no further connection.
 */
export class IdentityRoom {
  readonly #limits: Pick<GatewayLimits, 'connectionsPerIdentityMax' | 'identityFactor'>;
  readonly #sessions: SessionRegistry;
  readonly #served: Pick<Served, 'module'>;
  readonly #keeper: Pick<LinkKeeper, 'close' | 'end'>;

  constructor(ports: IdentityRoomPorts) {
    this.#limits = ports.limits;
    this.#sessions = ports.sessions;
    this.#served = ports.served;
    this.#keeper = ports.keeper;
  }

  /** Makes room for a further connection, or says why there is none. */
  make(identity: bigint): LinkRefusal | null {
    const others = [...this.#sessions.ofIdentity(identity)].filter(({ state }) => state !== 'leaving');
    if (others.length === 0) return null;
    const { sessions } = this.#served.module.plan;
    if (sessions === 'newest') {
      for (const session of others) this.#replace(session);
      return null;
    }
    if (sessions === 'oldest') {
      // Whoever has lost its link and comes anew has given that connection up.
      for (const session of others) if (session.link === null) this.#keeper.end(session);
      if (others.every(({ state }) => state === 'leaving')) return null;
      return { close: 'REFUSED', code: 'ALREADY_CONNECTED', message: 'this identity has a connection already' };
    }
    const { connectionsPerIdentityMax } = this.#limits;
    if (others.length < connectionsPerIdentityMax) return null;
    const message = `this identity has ${connectionsPerIdentityMax} connections (connectionsPerIdentityMax)`;
    return { close: 'OVERLOADED', code: 'TOO_MANY_CONNECTIONS', message };
  }

  /** An identity's connections have become more or fewer. */
  share(identity: bigint): void {
    const sessions = this.#sessions.ofIdentity(identity);
    const share = Math.min(1, this.#limits.identityFactor / sessions.size);
    for (const session of sessions) {
      session.share = share;
      this.#sessions.places.budgets.share(session.place, share);
    }
  }

  /** A connection before this one is on its way out: where an identity has one alone, `clientDisconnected` comes first. */
  isAwaited(identity: bigint): boolean {
    if (this.#served.module.plan.sessions === undefined) return false;
    for (const { state } of this.#sessions.ofIdentity(identity)) if (state === 'leaving') return true;
    return false;
  }

  #replace(session: Session): void {
    const message = 'the same identity has connected anew';
    if (session.link === null) this.#keeper.end(session);
    else this.#keeper.close(session.link, { close: 'REPLACED', code: 'REPLACED', message });
  }
}

export interface IdentityRoomPorts {
  readonly limits: GatewayLimits;
  readonly sessions: SessionRegistry;
  readonly served: Pick<Served, 'module'>;
  readonly keeper: Pick<LinkKeeper, 'close' | 'end'>;
}
