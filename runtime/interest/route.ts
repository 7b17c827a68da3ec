import { grownTo } from './grow.ts';
import type { Page } from './page.ts';
import type { Watching } from './watching.ts';

/** Pages in the order of a frame, as plain numbers, and watchings of event partitions. Used again and again. */
export class Route {
  /** u32[>= count]: numbers of the pages, see TickPieces. */
  numbers = new Uint32Array(16);
  count = 0;
  readonly events: Watching[] = [];

  clear(): void {
    this.count = 0;
    while (this.events.length > 0) this.events.pop();
  }

  addPage(page: Page): void {
    if (this.count === this.numbers.length) this.numbers = grownTo(this.numbers, this.count + 1);
    this.numbers[this.count++] = page.number;
  }

  /** Leads through watchings whose pages have all been announced; event tables have a way of their own. */
  lay(ordered: readonly Watching[]): void {
    this.clear();
    for (let i = 0; i < ordered.length; i++) {
      const watching = ordered[i]!;
      if (watching.isEnded) continue;
      const { events, pages } = watching.partition;
      if (events !== null) this.events.push(watching);
      else for (let k = 0; k < pages.length; k++) this.addPage(pages[k]!);
    }
  }

  hasPage(page: Page): boolean {
    for (let i = 0; i < this.count; i++) if (this.numbers[i] === page.number) return true;
    return false;
  }
}
