import type { WalkOptions } from './simulate-world.ts';

/** Walks that once failed, and what they showed. They are always run. */
export const REGRESSIONS: readonly (WalkOptions & { readonly shows: string })[] = [
  { seed: 7, steps: 160, shows: 'a row made again as it was, past the border of the cell that it was kept in' },
  { seed: 6, steps: 160, shows: 'an exact copy of a row that has the slot of one which the client wrote' },
  { seed: 3874486222, steps: 245, shows: 'a row that is back in its cell before the client hears of the next one' },
  {
    seed: 5000186,
    steps: 500,
    shows: 'a row that goes on from a cell which the client has not heard of since it came there',
  },
  { seed: 9000111, steps: 320, shows: 'a cell that a resumed client waits for while another module takes over' },
  { seed: 9000375, steps: 500, shows: 'an own write in a cell that a lost frame left out, which is shown again' },
  { seed: 31000219, steps: 500, shows: 'rows that had not come when the client lost its area for good' },
  {
    seed: 41000228,
    steps: 500,
    shows: 'a row made again in the slot of one that was sent to the same client before it was away',
  },
  {
    seed: 61000011,
    steps: 300,
    shows: 'clients that have left, beyond those who stay, when another module takes over',
  },
  {
    seed: 81001995,
    steps: 500,
    shows: 'a row made again while nobody watched its table, in the slot of one that a client wrote',
  },
  { seed: 95000151, steps: 500, shows: 'a row whose cell is told of by a query that does not ask for it' },
  { seed: 121000222, steps: 140, shows: 'a row that went on from a cell which was left and is watched again' },
];
