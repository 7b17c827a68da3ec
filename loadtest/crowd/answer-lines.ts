import { createInterface } from 'node:readline';
import type { TickTimes } from './tick-loop.ts';

/** Where a player is: its number, x and y in metres. */
export type Place = readonly [player: number, x: number, y: number];

export interface CrowdAnswers {
  readonly times: TickTimes;
  /** All players, as the server has them; of servers that have any. */
  places?(): readonly Place[];
  /** Places in a room for players FROM up to TO, of servers that want them asked for beforehand. */
  seats?(from: number, to: number): Promise<readonly string[]>;
}

/** A server of the comparison answers the benchmark's lines, one for each: `begin` (a window of ticks), `ticks`, `where`, `seats FROM TO`. */
export function answerLines({ times, places, seats }: CrowdAnswers): void {
  createInterface({ input: process.stdin }).on('line', (line) => {
    const [order, from, to] = line.split(' ');
    if (order === 'begin') times.begin();
    else if (order === 'ticks') answer('ticks', times.figures());
    else if (order === 'where') answer('where', places!());
    else if (order === 'seats') void seats!(Number(from), Number(to)).then((ids) => answer('seats', ids));
  });
}

function answer(name: string, value: unknown): void {
  process.stdout.write(`${name} ${JSON.stringify(value)}\n`);
}
