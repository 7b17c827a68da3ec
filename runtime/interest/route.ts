import { grownTo } from './grow.ts';
import type { Page } from './page.ts';
import type { Watching } from './watching.ts';

/** Pages in the order of a frame, as plain numbers, and watchings of event partitions. Used again and again. */
export class Route {
  /** u32[>= count]: numbers of the pages, see TickPieces. */
  numbers = new Uint32Array(16);
  count = 0;
  readonly events: Watching[] = [];
  /** f64[>= count]: what the pages are ordered by; of the time when they were added. */
  private ranks = new Float64Array(16);

  clear(): void {
    this.count = 0;
    while (this.events.length > 0) this.events.pop();
  }

  /** Adds a page at the end. */
  addPage(page: Page, rank: number): void {
    const at = this.count++;
    this.reserve();
    this.numbers[at] = page.number;
    this.ranks[at] = rank;
  }

  /** Leads through watchings in the order of their ranks, whose pages have all been announced; event tables have a way of their own. */
  lay(ordered: readonly Watching[]): void {
    this.clear();
    for (let i = 0; i < ordered.length; i++) {
      const watching = ordered[i]!;
      if (watching.wantedCount === 0) continue;
      const { events, pages } = watching.partition;
      if (events !== null) this.events.push(watching);
      else for (let k = 0; k < pages.length; k++) this.addPage(pages[k]!, watching.rank);
    }
  }

  /** Takes in what another route leads through, which is in order as this one is; the others keep theirs. */
  merge(other: Route): void {
    for (let i = 0; i < other.events.length; i++) this.events.push(other.events[i]!);
    let from = this.count - 1;
    let added = other.count - 1;
    this.count += other.count;
    this.reserve();
    const { numbers, ranks } = this;
    for (let to = this.count - 1; added >= 0; to--) {
      if (from >= 0 && ranks[from]! > other.ranks[added]!) {
        numbers[to] = numbers[from]!;
        ranks[to] = ranks[from--]!;
      } else {
        numbers[to] = other.numbers[added]!;
        ranks[to] = other.ranks[added--]!;
      }
    }
  }

  /** Leads no longer through pages of which `isGone` is 1, by number. */
  dropPages(isGone: Uint8Array): void {
    const { numbers, ranks } = this;
    let count = 0;
    for (let i = 0; i < this.count; i++) {
      const number = numbers[i]!;
      if (isGone[number] === 1) continue;
      numbers[count] = number;
      ranks[count++] = ranks[i]!;
    }
    this.count = count;
  }

  dropEvents(watching: Watching): void {
    const at = this.events.indexOf(watching);
    if (at >= 0) this.events.splice(at, 1);
  }

  hasPage(page: Page): boolean {
    for (let i = 0; i < this.count; i++) if (this.numbers[i] === page.number) return true;
    return false;
  }

  private reserve(): void {
    this.numbers = grownTo(this.numbers, this.count);
    this.ranks = grownTo(this.ranks, this.count);
  }
}
