import type { Plan } from '@tickbase/schema/plan';
import type { LoggedInput } from '../tick/input-journal.ts';
import type { SessionMarks } from '../tick/session-marks.ts';

/** One record of the commit log as recovery and `tickbase log` read it. `sequence`: 1, 2, 3, … over the whole life of the database. */
export type LogEntry =
  | {
      readonly kind: 'commit';
      readonly sequence: number;
      readonly tick: number;
      /** Microseconds since the Unix epoch, of the tick's last transaction. */
      readonly timestampUs: bigint;
      readonly marks: Pick<SessionMarks, 'opened' | 'closed' | 'processed' | 'claims'>;
      /** The logged section of the sealed record as it stands; empty when only marks are kept. */
      readonly logged: Uint8Array;
    }
  /** From here on records are written under this plan; recovery migrates what it has by the same rules as the running server did. */
  | { readonly kind: 'schema'; readonly sequence: number; readonly tick: number; readonly plan: Plan }
  /** What ran in a tick, with `logInputs`: for audit and a later exact replay. Recovery passes over it. */
  | {
      readonly kind: 'inputs';
      readonly sequence: number;
      readonly tick: number;
      readonly inputs: readonly LoggedInput[];
    };
