import type { ServerOptions } from '@tickbase/runtime';
import type { Phase } from './phase-board.ts';

/** What a server of the durability tests is started with. */
export interface ServeOptions {
  readonly modulePath: string;
  readonly dataDir: string;
  /** Null: nobody asks. */
  readonly boardFile: string | null;
  readonly server?: Pick<ServerOptions, 'segmentBytes' | 'snapshotSchedule' | 'snapshotRetention' | 'resumeGraceMs'>;
  /** Seconds that the machine's clock is ahead of the time, or behind it. */
  readonly clockAheadS?: number;
  /** Null: only others kill it. */
  readonly aim: Aim | null;
}

/** The server kills itself (SIGKILL) at the n-th time that a phase begins: before the disk is asked, or while it is. */
export interface Aim {
  readonly phase: Phase;
  readonly nth: number;
  readonly moment: 'before' | 'during';
}

export type ToTester =
  | { readonly kind: 'listening'; readonly port: number; readonly pid: number }
  | { readonly kind: 'failed'; readonly code: string; readonly text: string };
