import type { Page } from './page.ts';

/** A page's first copy as it was encoded in `tick`: `count` pieces. */
export interface KeptCopy {
  readonly tick: number;
  readonly bytes: Uint8Array;
  readonly count: number;
}

/**
 * First copies of pages that do not change in every tick, so that a page at rest is encoded once for all who come. Bounded by bytes: the
 * oldest go first.
 */
export class KeptCopies {
  private readonly copies = new Map<Page, KeptCopy>();
  private readonly bytesMax: number;
  private bytes = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** The copy of a page that has not changed since; null: there is none. */
  find(page: Page): KeptCopy | null {
    const copy = this.copies.get(page);
    if (copy === undefined) return null;
    if (copy.tick >= page.changeTick && !page.partition.isDropped) return copy;
    this.drop(page, copy);
    return null;
  }

  keep(page: Page, copy: KeptCopy): void {
    if (copy.bytes.length > this.bytesMax) return;
    const known = this.copies.get(page);
    if (known !== undefined) this.drop(page, known);
    this.copies.set(page, copy);
    this.bytes += copy.bytes.length;
    for (const [oldest, { bytes }] of this.copies) {
      if (this.bytes <= this.bytesMax) break;
      this.copies.delete(oldest);
      this.bytes -= bytes.length;
    }
  }

  private drop(page: Page, { bytes }: KeptCopy): void {
    this.copies.delete(page);
    this.bytes -= bytes.length;
  }
}
