import { type Column, SHAPE_BYTE, SHAPE_HALF, SHAPE_STRING, SHAPE_WORDS } from './column.ts';
import { CAPACITY_KEPT, SlackGauge } from './slack-gauge.ts';
import type { WholeSave } from './whole-save.ts';

/**
 * What the open transaction has overwritten, oldest first, over all tables of a world. An entry counts once `count` covers it,
 * which is the last thing that is written of it: a stop inside of store code leaves whole entries only, each made before
 * the change that it undoes.
 */
export class UndoLog {
  count = 0;
  /** One of STATE_*. */
  state = STATE_CLOSED;
  /** Number of the open transaction, or of the last one: grows with each. */
  transaction = 0;
  /**
   * Another one whenever a row view or an iterator has to look again whether it may go on: a transaction began or ended, a row died, row
   * objects are read, columns are in somebody's hands. 0 to EPOCH_MAX, then 0 again.
   */
  epoch = 0;
  /** Positions of the tables that the transaction wrote, in the order of first write. */
  readonly tables: number[] = [];
  /** i32[ENTRY_LENGTH * count]: kind, table position, slot, a kind's own number, place of the old value. */
  entries = new Int32Array(ENTRY_LENGTH * ENTRIES_FIRST);
  /** Old numbers, as 32-bit words. */
  #words = new Uint32Array(WORDS_FIRST);
  #wordCount = 0;
  readonly #slack = new SlackGauge();
  /** Old strings, encoded values and whole columns. */
  readonly #references: (string | Uint8Array | WholeSave)[] = [];

  begin(state: number): void {
    if (this.entries.length > CAPACITY_KEPT || this.#words.length > CAPACITY_KEPT) this.#giveBackSlack();
    this.count = 0;
    this.#wordCount = 0;
    if (this.#references.length > 0) this.#references.length = 0;
    while (this.tables.length > 0) this.tables.pop();
    this.transaction++;
    this.state = state;
    this.bumpEpoch();
  }

  bumpEpoch(): void {
    this.epoch = (this.epoch + 1) & EPOCH_MAX;
  }

  /** Nothing of the transaction can be undone any more, and its views are dead. What it wrote can be read until the next begins. */
  end(): void {
    this.transaction++;
    this.state = STATE_CLOSED;
    this.bumpEpoch();
  }

  /** Whoever overwrites a row's value without this tells `column.kept` himself, for the snapshot that is being written. */
  saveColumn(table: number, column: Column, slot: number): void {
    if (column.kept !== null) column.kept.keep(slot);
    let place = this.#wordCount;
    if (place + 8 > this.#words.length) this.#growWords();
    const words = this.#words;
    switch (column.shape) {
      case SHAPE_BYTE:
        words[place] = column.bytes[slot]!;
        this.#wordCount = place + 1;
        break;
      case SHAPE_HALF:
        words[place] = column.halves[slot]!;
        this.#wordCount = place + 1;
        break;
      case SHAPE_WORDS: {
        const count = column.wordsPerSlot;
        for (let i = 0; i < count; i++) words[place + i] = column.words[slot * count + i]!;
        this.#wordCount = place + count;
        break;
      }
      default:
        place = this.#references.length;
        this.#references.push(column.shape === SHAPE_STRING ? column.strings[slot]! : column.blobs[slot]!);
    }
    this.push(UNDO_COLUMN, table, slot, column.position, place);
  }

  /** As `saveColumn`, for a column of one or two words, by one who has read them. */
  saveWords(table: number, column: Column, slot: number, low: number, high: number): void {
    if (column.kept !== null) column.kept.keep(slot);
    const place = this.#wordCount;
    if (place + 8 > this.#words.length) this.#growWords();
    const words = this.#words;
    words[place] = low;
    words[place + 1] = high;
    this.#wordCount = place + 2;
    this.push(UNDO_COLUMN, table, slot, column.position, place);
  }

  /** Puts a saved value back. */
  restoreColumn(column: Column, slot: number, place: number): void {
    switch (column.shape) {
      case SHAPE_BYTE:
        column.bytes[slot] = this.#words[place]!;
        return;
      case SHAPE_HALF:
        column.halves[slot] = this.#words[place]!;
        return;
      case SHAPE_WORDS: {
        const count = column.wordsPerSlot;
        for (let i = 0; i < count; i++) column.words[slot * count + i] = this.#words[place + i]!;
        return;
      }
      case SHAPE_STRING:
        column.strings[slot] = this.#references[place] as string;
        return;
      default:
        column.blobs[slot] = this.#references[place] as Uint8Array;
    }
  }

  saveWhole(table: number, save: WholeSave): void {
    const place = this.#references.length;
    this.#references.push(save);
    this.push(UNDO_WHOLE, table, save.slotCount, save.column.position, place);
  }

  /** What an entry of kind UNDO_WHOLE saved. */
  wholeSaveAt(place: number): WholeSave {
    return this.#references[place] as WholeSave;
  }

  push(kind: number, table: number, slot: number, detail: number, place: number): void {
    const at = this.count * ENTRY_LENGTH;
    if (at === this.entries.length) {
      const larger = new Int32Array(this.entries.length * 2);
      larger.set(this.entries);
      this.entries = larger;
    }
    const entries = this.entries;
    entries[at] = kind;
    entries[at + 1] = table;
    entries[at + 2] = slot;
    entries[at + 3] = detail;
    entries[at + 4] = place;
    this.count++;
  }

  #giveBackSlack(): void {
    const used = Math.max(this.count, this.#wordCount);
    if (!this.#slack.isSlack(used, this.entries.length / ENTRY_LENGTH + this.#words.length)) return;
    this.entries = new Int32Array(ENTRY_LENGTH * ENTRIES_FIRST);
    this.#words = new Uint32Array(WORDS_FIRST);
  }

  #growWords(): void {
    const larger = new Uint32Array(this.#words.length * 2);
    larger.set(this.#words);
    this.#words = larger;
  }
}

export const ENTRY_LENGTH = 5;

/** A column's value was overwritten; detail: column position, place: where the old value is. */
export const UNDO_COLUMN = 1;
/** A row came to life; detail: 1 when its slot had died earlier in the tick. */
export const UNDO_INSERT = 2;
/** A row died; detail: its grid cell. */
export const UNDO_DELETE = 3;
/** A row changed its grid cell; detail: the old one. */
export const UNDO_CELL = 4;
/** A mask's word was changed; slot: index of the word, detail: its old value. */
export const UNDO_MASK = 5;
/** A column was saved whole; slot: how many slots were, detail: column position, place: where the save is. */
export const UNDO_WHOLE = 6;

/** No transaction: everything is refused. */
export const STATE_CLOSED = 0;
export const STATE_OPEN = 1;
/** Writes are refused. */
export const STATE_READ_ONLY = 2;
/** Values are being taken from user objects, which may run user code: everything is refused. */
export const STATE_GATHERING = 3;
/** Inside of a write. Seen from outside: the write was cut in half, and the derived structures are no longer to be trusted. */
export const STATE_MUTATING = 4;
/** The transaction stands; what follows from it is being done, and done again if that is stopped. */
export const STATE_COMMITTED = 5;

/** A small integer; no tick has nearly as many, and what remembers epochs of columns forgets them with the tick. */
const EPOCH_MAX = 2 ** 30 - 1;
const ENTRIES_FIRST = 256;
const WORDS_FIRST = 1024;
