import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** What a server may be at when it is killed. */
export const PHASES = [
  'start',
  'recovery',
  'log write',
  'log sync',
  'segment made',
  'snapshot write',
  'snapshot sync',
  'snapshot check',
  'snapshot rename',
  'folder sync',
  'retention',
  'log cut',
] as const;

export type Phase = (typeof PHASES)[number];

/**
 * A small file with one byte for each phase: how often it is being done at this moment. It is written at once and not through the disk that is
 * watched; what was written survives the end of the process by SIGKILL.
 */
export class PhaseBoard {
  readonly #file: number;
  readonly #counts = new Uint8Array(PHASES.length);

  constructor(path: string) {
    this.#file = openSync(path, 'w');
    writeSync(this.#file, this.#counts, 0, PHASES.length, 0);
  }

  enter(phase: Phase): void {
    this.#change(phase, 1);
  }

  leave(phase: Phase): void {
    this.#change(phase, -1);
  }

  close(): void {
    closeSync(this.#file);
  }

  #change(phase: Phase, by: number): void {
    const place = PHASES.indexOf(phase);
    this.#counts[place]! += by;
    writeSync(this.#file, this.#counts, place, 1, place);
  }
}

/** What the writer of a board was at last; `idle`: nothing of the disk. */
export function readPhases(path: string): string {
  let counts: Uint8Array;
  try {
    counts = readFileSync(path);
  } catch {
    return 'start'; // it had not come to its board
  }
  return PHASES.filter((_, place) => (counts[place] ?? 0) > 0).join(' + ') || 'idle';
}
