import { PROTOCOL_VERSION, type HelloItem } from '@tickbase/protocol';
import type { Entropy } from './entropy-port.ts';
import type { GatewayLimits } from './gateway-limits.ts';
import type { Admitted, IdentitySource, NotAdmitted } from './identity-port.ts';
import type { LinkRefusal } from './link-refusal.ts';
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
  readonly #limits: GatewayLimits;
  readonly #sessions: SessionRegistry;
  readonly #served: Pick<Served, 'module'>;

  constructor(ports: GreeterPorts) {
    this.#epoch = ports.epoch;
    this.#identities = ports.identities;
    this.#entropy = ports.entropy;
    this.#limits = ports.limits;
    this.#sessions = ports.sessions;
    this.#served = ports.served;
  }

  /** Finds out who says hello. Null: `done` is called once, at once or later; else why the link ends. */
  identify(hello: HelloItem, done: (who: Admitted | LinkRefusal) => void): LinkRefusal | null {
    if (hello.protocolVersion !== PROTOCOL_VERSION) {
      return {
        close: 'UNSUPPORTED_VERSION',
        code: 'UNSUPPORTED_VERSION',
        message: `this server speaks protocol ${PROTOCOL_VERSION}, the client ${hello.protocolVersion}`,
      };
    }
    const { token } = hello;
    const tell = (outcome: Admitted | NotAdmitted): void => done('code' in outcome ? refusalOf(outcome) : outcome);
    if (token === '') this.#identities.issue(tell);
    else if (token.length <= this.#limits.tokenBytesMax) this.#identities.authenticate(token, tell);
    else {
      const { tokenBytesMax } = this.#limits;
      const message = `the token has ${token.length} characters, ${tokenBytesMax} at most (tokenBytesMax)`;
      return { close: 'BAD_TOKEN', code: 'TOKEN_MALFORMED', message };
    }
    return null;
  }

  greet(hello: HelloItem, who: Admitted): Greeting {
    const resumed = this.#resumable(hello, who.identity);
    if (resumed === null) return { session: this.#begin(who, hello), isResumed: false };
    resumed.renewResumeToken(hello.resume!.resumeToken, this.#secret());
    resumed.isConfirmed = hello.confirmed;
    resumed.expiresAtS = who.expiresAtS;
    this.#sessions.noteExpiry(resumed);
    return { session: resumed, isResumed: true };
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

  #begin(who: Admitted, hello: HelloItem): Session {
    const start = {
      identity: who.identity,
      token: who.token,
      claims: who.claims,
      expiresAtS: who.expiresAtS,
      connectionId: this.#newConnectionId(),
      resumeToken: this.#secret(),
      isConfirmed: hello.confirmed,
      module: this.#served.module,
    };
    return new Session(start, this.#sessions.places);
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
  readonly limits: GatewayLimits;
  readonly sessions: SessionRegistry;
  readonly served: Pick<Served, 'module'>;
}

export interface Greeting {
  readonly session: Session;
  readonly isResumed: boolean;
}

const RESUMABLE: ReadonlySet<string> = new Set(['live', 'dropped', 'resuming']);

/** A token that cannot be looked at now is no bad one. */
function refusalOf({ code, message }: NotAdmitted): LinkRefusal {
  const isPassing = code === 'TOO_MANY_TOKENS' || code === 'ISSUER_UNREACHABLE';
  return { close: isPassing ? 'OVERLOADED' : 'BAD_TOKEN', code, message };
}

function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}
