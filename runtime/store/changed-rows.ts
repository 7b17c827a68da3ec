import type { Table } from './table.ts';
import type { WholeSave } from './whole-save.ts';

/**
 * Which rows of a table were changed by what the tick wrote whole, for the seal: asked for one stretch of slots after the other, ascending. Of
 * rows that lived when the tick began: what died or came in it, the change list knows.
 */
export class ChangedRows {
  /** Of the last stretch: every slot of it holds a row that has changed. */
  isEach = false;
  /** When each has: the bits that any of the stretch's masks has, and those that all have. */
  seenLow = 0;
  seenHigh = 0;
  commonLow = 0;
  commonHigh = 0;
  readonly #table: Table;
  #saves: readonly WholeSave[] = [];
  /** The bits of the columns that were written whole. */
  #low = 0;
  #high = 0;
  /** A slot that holds no row, with none before it from the last stretch on; the end of the table when there is none. */
  #nextDead = 0;

  constructor(table: Table) {
    this.#table = table;
  }

  /** `saves`: how the columns were when the tick began, one for each that was written whole since. */
  open(saves: readonly WholeSave[]): void {
    this.#saves = saves;
    this.#nextDead = -1;
    this.#low = 0;
    this.#high = 0;
    for (const { column } of saves) {
      if (column.position < 32) this.#low |= 1 << column.position;
      else this.#high |= 1 << (column.position & 31);
    }
  }

  /**
   * Writes the masks of the slots from `start` to before `end`, from place `first` of `masks` on: 0 where nothing has changed, anything where no
   * row is. Tells of them in `isEach` and what stands beside it.
   */
  compare(start: number, end: number, masks: Uint32Array, first: number): void {
    const saves = this.#saves;
    const { maskWords } = this.#table.changes;
    const count = end - start;
    this.#fill(masks, first, count, maskWords);
    this.seenLow = this.commonLow = this.#low;
    this.seenHigh = this.commonHigh = this.#high;
    let sameMin = count;
    for (let i = 0; i < saves.length; i++) {
      const save = saves[i]!;
      const { position } = save.column;
      const sameCount = save.clearSame(start, end, masks, first, maskWords);
      if (sameCount < sameMin) sameMin = sameCount;
      if (sameCount === 0) continue;
      const bit = 1 << (position & 31);
      if (position < 32) this.commonLow &= ~bit;
      else this.commonHigh &= ~bit;
      if (sameCount < count) continue;
      if (position < 32) this.seenLow &= ~bit;
      else this.seenHigh &= ~bit;
    }
    if (this.#nextDead < start) this.#nextDead = this.#findDead(start);
    // A row in which nothing has changed is the same in each column.
    this.isEach = this.#nextDead >= end && (sameMin === 0 || !hasZero(masks, first, count, maskWords));
  }

  #fill(masks: Uint32Array, first: number, count: number, maskWords: number): void {
    if (maskWords === 1) {
      masks.fill(this.#low, first, first + count);
      return;
    }
    for (let i = first; i < first + count; i++) {
      masks[i * 2] = this.#low;
      masks[i * 2 + 1] = this.#high;
    }
  }

  #findDead(start: number): number {
    const { live, liveCount, slotCount } = this.#table;
    if (liveCount === slotCount) return slotCount;
    const dead = live.indexOf(0, start);
    return dead === -1 ? slotCount : Math.min(dead, slotCount);
  }
}

function hasZero(masks: Uint32Array, first: number, count: number, maskWords: number): boolean {
  for (let i = first; i < first + count; i++) {
    if (masks[i * maskWords] === 0 && (maskWords === 1 || masks[i * 2 + 1] === 0)) return true;
  }
  return false;
}
