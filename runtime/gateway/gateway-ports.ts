import type { Clock } from '@tickbase/base';
import type { Plan } from '@tickbase/schema/plan';
import type { Viewers } from '../interest/viewers-port.ts';
import type { CommitLog, InboxWriter } from '../tick/index.ts';
import type { Entropy } from './entropy-port.ts';
import type { GatewayLimits } from './gateway-limits.ts';
import type { IdentitySource } from './identity-port.ts';
import type { PastCalls } from './past-sessions.ts';

/** What a gateway needs from outside. */
export interface GatewayPorts {
  readonly plan: Plan;
  readonly database: string;
  /** One life of the server: 16 hex digits. */
  readonly epoch: string;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly identities: IdentitySource;
  readonly inbox: InboxWriter;
  readonly viewers: Viewers;
  /** Its `onChange` is to call the gateway's `logChanged`. */
  readonly commitLog: Pick<CommitLog, 'durableTick' | 'acceptsWrites'>;
  /** Sessions of earlier lives of the server; none unless given. */
  readonly pastSessions?: PastCalls;
  readonly limits?: Partial<GatewayLimits>;
  /** How long a dropped session waits for a resume before clientDisconnected runs; RESUME_GRACE_MS unless given. */
  readonly resumeGraceMs?: number;
  /** Told of each fault of ours that was kept from a socket or the tick. Must not throw. */
  readonly onFault: (error: unknown) => void;
}

export const RESUME_GRACE_MS = 10_000;
