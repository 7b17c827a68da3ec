import { PROTOCOL_VERSION, type HelloItem } from '@tickbase/protocol';
import type { Clock } from '@tickbase/base';
import type { Entropy } from './entropy-port.ts';
import type { GatewayLimits } from './gateway-limits.ts';
import type { IdentitySource } from './identity-port.ts';
import type { LinkRefusal } from './link-refusal.ts';
import { ratesOf } from './rate-budgets.ts';
import { secretsEqual } from './secrets-equal.ts';
import type { Served } from './served.ts';
import type { SessionRegistry } from './session-registry.ts';
import { Session } from './session.ts';

/**
 * Turns a hello into a session: a new one, or the dropped one that a resume names. A resume that does not fit in every
 * point (epoch, connection, secret, identity) is a fresh connection, and no answer tells which point it was.
 */
export class Greeter {
  readonly #epoch: string;
  readonly #identities: IdentitySource;
  readonly #entropy: Entropy;
  readonly #clock: Clock;
  readonly #limits: GatewayLimits;
  readonly #rates: Float64Array;
  readonly #sessions: SessionRegistry;
  readonly #served: Pick<Served, 'module'>;

  constructor(ports: GreeterPorts) {
    this.#epoch = ports.epoch;
    this.#identities = ports.identities;
    this.#entropy = ports.entropy;
    this.#clock = ports.clock;
    this.#limits = ports.limits;
    this.#rates = ratesOf(ports.limits);
    this.#sessions = ports.sessions;
    this.#served = ports.served;
  }

  greet(hello: HelloItem): Greeting | LinkRefusal {
    if (hello.protocolVersion !== PROTOCOL_VERSION) {
      return {
        close: 'UNSUPPORTED_VERSION',
        code: 'UNSUPPORTED_VERSION',
        message: `this server speaks protocol ${PROTOCOL_VERSION}, the client ${hello.protocolVersion}`,
      };
    }
    const who = this.#identify(hello.token);
    if (who === null) {
      return { close: 'BAD_TOKEN', code: 'BAD_TOKEN', message: 'the token was not issued by this server' };
    }
    const resumed = this.#resumable(hello, who.identity);
    if (resumed === null) return { session: this.#begin(who, hello), isResumed: false };
    resumed.renewResumeToken(hello.resume!.resumeToken, this.#secret());
    resumed.isConfirmed = hello.confirmed;
    return { session: resumed, isResumed: true };
  }

  #identify(token: string): Who | null {
    if (token === '') return this.#identities.issue();
    if (token.length > this.#limits.tokenBytesMax) return null;
    const identity = this.#identities.identityOf(token);
    return identity === null ? null : { identity, token };
  }

  #resumable(hello: HelloItem, identity: bigint): Session | null {
    const resume = hello.resume;
    if (resume === null) return null;
    const session = this.#sessions.byConnectionId.get(resume.connectionId);
    if (session === undefined) return null;
    const isCurrent = secretsEqual(session.resumeToken, resume.resumeToken);
    const isNext = secretsEqual(session.nextResumeToken, resume.resumeToken) && resume.resumeToken !== '';
    const isFit = resume.epoch === this.#epoch && session.identity === identity;
    return isFit && (isCurrent || isNext) && RESUMABLE.has(session.state) ? session : null;
  }

  #begin(who: Who, hello: HelloItem): Session {
    const start = {
      identity: who.identity,
      token: who.token,
      connectionId: this.#newConnectionId(),
      resumeToken: this.#secret(),
      isConfirmed: hello.confirmed,
      module: this.#served.module,
    };
    return new Session(start, this.#rates, this.#clock.nowMs());
  }

  #newConnectionId(): bigint {
    for (;;) {
      const id = BigInt(`0x${hex(this.#entropy.bytes(16))}`);
      if (id !== 0n && !this.#sessions.byConnectionId.has(id)) return id;
    }
  }

  #secret(): string {
    return hex(this.#entropy.bytes(32));
  }
}

export interface GreeterPorts {
  readonly epoch: string;
  readonly identities: IdentitySource;
  readonly entropy: Entropy;
  readonly clock: Clock;
  readonly limits: GatewayLimits;
  readonly sessions: SessionRegistry;
  readonly served: Pick<Served, 'module'>;
}

export interface Greeting {
  readonly session: Session;
  readonly isResumed: boolean;
}

interface Who {
  readonly identity: bigint;
  readonly token: string;
}

const RESUMABLE: ReadonlySet<string> = new Set(['live', 'dropped', 'resuming']);

function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}
