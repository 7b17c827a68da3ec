import type { Column } from './column.ts';
import { compareSlots } from './compare-slots.ts';

/** The columns of a key or an index, seen as one value of a slot. */
export class IndexKey {
  readonly columns: readonly Column[];
  readonly #only: Column | null;

  constructor(columns: readonly Column[]) {
    this.columns = columns;
    this.#only = columns.length === 1 ? columns[0]! : null;
  }

  hash(slot: number): number {
    if (this.#only !== null) return this.#only.hash(slot, KEY_SEED);
    let hash = KEY_SEED;
    for (const column of this.columns) hash = column.hash(slot, hash);
    return hash;
  }

  isEqual(a: number, b: number): boolean {
    if (this.#only !== null) return this.#only.isEqual(a, b);
    for (const column of this.columns) if (!column.isEqual(a, b)) return false;
    return true;
  }

  /** Order by the first `width` columns. */
  compare(a: number, b: number, width: number): number {
    if (this.#only !== null) return width === 0 ? 0 : compareSlots(this.#only, a, b);
    for (let i = 0; i < width; i++) {
      const order = compareSlots(this.columns[i]!, a, b);
      if (order !== 0) return order;
    }
    return 0;
  }

  has(column: number): boolean {
    return this.columns.some((candidate) => candidate.position === column);
  }
}

/** What the hash of a key begins with. */
export const KEY_SEED = 0x9e3779b9 | 0;
