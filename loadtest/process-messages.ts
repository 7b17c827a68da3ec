import type { Plan } from '@tickbase/schema/plan';
import type { WireSchema } from '@tickbase/protocol';
import type { BotFigures, WindowFigures } from './bots/bot-run.ts';
import type { CheckCounts } from './check/view-checker.ts';
import type { ErrorKind } from './error-book.ts';
import type { ServerFigures, ServerSecond } from './server-figures.ts';

/** What the load test tells its processes, and they tell it, as JSON over the channel that Node opens between parent and child. */

export type ToServer =
  /** The measured window begins. */
  | { readonly kind: 'begin' }
  /** It ends: answered by `figures`. */
  | { readonly kind: 'end' }
  /** Stop the server, and the process. */
  | { readonly kind: 'leave' };

export type FromServer =
  | { readonly kind: 'listening'; readonly port: number; readonly plan: Plan }
  /** Once a second. */
  | { readonly kind: 'pace'; readonly tickP99Ms: number; readonly second: ServerSecond }
  /** Lines of the server's log, of level warn and above. */
  | { readonly kind: 'logged'; readonly level: 'warn' | 'error'; readonly text: string }
  | { readonly kind: 'figures'; readonly figures: ServerFigures }
  | { readonly kind: 'failed'; readonly text: string };

export type ToBots =
  | {
      readonly kind: 'start';
      readonly scenario: string;
      /** The server's whole address, database and path included. */
      readonly uri: string;
      readonly database: string;
      readonly schema: WireSchema;
      /** Null: nothing is known of the server's store, and nothing is checked. */
      readonly plan: Plan | null;
      /** Of the whole run. */
      readonly bots: number;
      /** The scenario's slow readers read slowly. */
      readonly hasSlow: boolean;
      /** Clients may wait for cells for ever: the server goes easy on itself. */
      readonly mayWait: boolean;
      /** Numbers of the bots of this process: from, to below. */
      readonly from: number;
      readonly to: number;
      readonly joinsPerSecond: number;
    }
  | { readonly kind: 'begin' }
  | { readonly kind: 'end' }
  | { readonly kind: 'leave' };

export type FromBots =
  /** Once a second, of the whole run. */
  | {
      readonly kind: 'pace';
      readonly joined: number;
      readonly mismatches: number;
      /** Of the last second alone. */
      readonly second: WindowFigures;
      readonly errors: readonly ErrorKind[];
      readonly errorCount: number;
    }
  /** Every bot of the process has joined or failed to. */
  | { readonly kind: 'entered' }
  | {
      readonly kind: 'figures';
      readonly figures: BotFigures;
      readonly checks: CheckCounts;
      readonly errors: readonly ErrorKind[];
      readonly errorCount: number;
    };

/** Samples go over a pipe of their own, each with its length in front (u32, little-endian). */
export const SAMPLE_FD = 4;
