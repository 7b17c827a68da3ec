import type { InboxEntry } from './tick-ports.ts';

/**
 * The inbox as those see it who put work in. Items of one client are taken in the order in which they were pushed.
 * The gateway bounds what waits for each client before it pushes; `push` never refuses. At `tickRate: 0` a push
 * wakes the loop.
 */
export interface InboxWriter {
  push(entry: InboxEntry): void;
}
