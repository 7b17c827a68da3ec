import type { Column } from './column.ts';
import { storeError } from './store-error.ts';
import { writeValue } from './write-value.ts';

/**
 * The numbers of an auto-increment column: 1, 2, 3, …, each given once. Explicit values do not move it; the table skips those
 * that are taken. A rollback puts it back with everything else that the transaction did. Positions are exact numbers, so types of 64 bits and
 * more end at 2^53 - 1: a million rows a second reach that in 285 years, and records and snapshots keep a plain number.
 */
export class Sequence {
  readonly column: Column;
  /** The last number given; 0: none yet. */
  position = 0;
  /** Where the last seal found it. */
  sealedPosition = 0;
  #savedPosition = 0;
  readonly #isBig: boolean;
  readonly #positionMax: number;

  constructor(column: Column) {
    this.column = column;
    const { kind } = column.plan.type;
    const bits = Number(kind.slice(1));
    this.#isBig = bits >= 64;
    this.#positionMax = bits >= 64 ? Number.MAX_SAFE_INTEGER : 2 ** (kind.startsWith('i') ? bits - 1 : bits) - 1;
  }

  /** True when the slot asks for the next number. */
  isZero(slot: number): boolean {
    const { column } = this;
    if (column.wordsPerSlot === 0)
      return column.storage.endsWith('8') ? column.bytes[slot] === 0 : column.halves[slot] === 0;
    const start = slot * column.wordsPerSlot;
    for (let i = 0; i < column.wordsPerSlot; i++) if (column.words[start + i] !== 0) return false;
    return true;
  }

  /** Writes the next number to a slot. */
  next(slot: number): void {
    if (this.position >= this.#positionMax) {
      throw storeError(
        'STORE_SEQUENCE_EXHAUSTED',
        `all numbers up to ${this.#positionMax} have been given`,
        { table: this.column.tableName, column: this.column.plan.name },
        this.#isBig ? 'give keys of your own' : 'take a wider column type',
      );
    }
    this.position++;
    writeValue(this.column, slot, this.#isBig ? BigInt(this.position) : this.position);
  }

  /** For a column that was not numbered before: the next number is above this one. */
  startAfter(number: bigint): void {
    this.position = number > BigInt(this.#positionMax) ? this.#positionMax : Number(number);
  }

  save(): void {
    this.#savedPosition = this.position;
  }

  restore(): void {
    this.position = this.#savedPosition;
  }
}
