import type { Page } from './page.ts';
import type { Watching } from './watching.ts';

/** The pages that a viewer has been told of, in the order of the frame, as plain arrays. */
export interface Route {
  /** u32[pageCount]: numbers of the pages, see TickPieces. */
  readonly numbers: Uint32Array;
  readonly pages: readonly Page[];
  /** Watchings of event partitions. */
  readonly events: readonly Watching[];
}

/** The way through watchings whose pages have all been announced; event tables have a way of their own. */
export function routeThrough(ordered: readonly Watching[]): Route {
  const pages: Page[] = [];
  const events: Watching[] = [];
  for (const watching of ordered) {
    const { partition } = watching;
    if (partition.events !== null) events.push(watching);
    else pages.push(...partition.pages);
  }
  return { numbers: Uint32Array.from(pages, (page) => page.number), pages, events };
}
