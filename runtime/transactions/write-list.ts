import { ENTRY_LENGTH, UNDO_MASK, UNDO_WHOLE, type UndoLog, type WholeSave } from '../store/index.ts';

/**
 * The rows that a transaction wrote, as pairs (table position, slot), in the order of first write; at most WRITES_KEPT_MAX. They are looked up when they are asked
 * for: by nobody, as long as nobody watches anything.
 */
export class WriteList {
  readonly #pairs = new Uint32Array(2 * WRITES_KEPT_MAX);
  #count = 0;
  /** The undo log of the transaction that has ended, as long as its rows were not taken from it. */
  #ended: UndoLog | null = null;
  readonly #changed = new Uint32Array(WRITES_KEPT_MAX);

  /** u32[2 * count]. */
  get pairs(): Uint32Array {
    if (this.#ended !== null) this.#take(this.#ended);
    return this.#pairs;
  }

  get count(): number {
    if (this.#ended !== null) this.#take(this.#ended);
    return this.#count;
  }

  reset(): void {
    this.#count = 0;
    this.#ended = null;
  }

  /** A transaction has ended; its rows can be asked for until the next one begins, or `reset`. */
  note(undo: UndoLog): void {
    this.#ended = undo;
  }

  #take(undo: UndoLog): void {
    this.#count = 0;
    const { entries } = undo;
    const end = undo.count * ENTRY_LENGTH;
    for (let at = 0; at < end && this.#count < WRITES_KEPT_MAX; at += ENTRY_LENGTH) {
      const kind = entries[at]!;
      if (kind === UNDO_WHOLE) this.#addChanged(entries[at + 1]!, undo.wholeSaveAt(entries[at + 4]!));
      else if (kind !== UNDO_MASK) this.#add(entries[at + 1]!, entries[at + 2]!);
    }
    this.#ended = null;
  }

  #addChanged(table: number, save: WholeSave): void {
    const count = save.collectChanged(save.slotCount, this.#changed);
    for (let i = 0; i < count && this.#count < WRITES_KEPT_MAX; i++) this.#add(table, this.#changed[i]!);
  }

  #add(table: number, slot: number): void {
    const pairs = this.#pairs;
    for (let i = this.#count - 1; i >= 0; i--) if (pairs[2 * i + 1] === slot && pairs[2 * i] === table) return;
    pairs[2 * this.#count] = table;
    pairs[2 * this.#count + 1] = slot;
    this.#count++;
  }
}

export const WRITES_KEPT_MAX = 256;
