import type { TableView } from '../store/index.ts';
import type { TraceColumn } from '../tick/index.ts';

/** A tick that is over, as an observer sees it. The views stand still until the observer returns, and may not be kept. */
export interface ObservedTick {
  /** Of the last commit; at `tickRate: 0` a wake-up has several. */
  readonly tick: number;
  /** By position in `Plan.tables`: the world as this tick left it. */
  readonly tables: readonly TableView[];
  /** Where its time went, in microseconds. `whole`: from the tick's due time to its last frame handed to the sockets. */
  readonly tookUs: Readonly<Record<TraceColumn, number>>;
  /** How many milliseconds after that the kernel had that frame: 0, unless other threads have the sockets. */
  readonly sentLaterMs: Promise<number>;
}
