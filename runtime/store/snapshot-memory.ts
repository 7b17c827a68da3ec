import type { Column } from './column.ts';
import { KeptChunks } from './kept-chunks.ts';
import { snapshotColumnsOf } from './snapshot-columns.ts';
import type { Table } from './table.ts';

/**
 * Memory for the copies of the next snapshot, made ready a little after each tick. The first touch of a page of new memory costs several
 * times the copy that it is for: in the first tick after a snapshot has begun, when most chunks are copied, that would be most of the time. Only columns that
 * are seen to be written have theirs made ready: for some ticks they are watched.
 */
export class SnapshotMemory {
  readonly #watched: { readonly table: Table; readonly column: Column | null; readonly kept: KeptChunks }[] = [];
  readonly #ready = new Map<Column | Table, Uint8Array>();
  /** Memory whose pages are being touched, and how far. */
  readonly #waiting: Uint8Array[] = [];
  #touched = 0;
  #ticksLeft = WATCH_TICKS;

  /** Between ticks, while no snapshot is being written. */
  constructor(tables: readonly Table[]) {
    for (const table of tables) {
      const positions = snapshotColumnsOf(table.plan);
      if (positions.length === 0) continue;
      this.#watch(table, null);
      for (const position of positions) {
        const column = table.columns[position]!;
        if (column.bytesPerSlot > 0) this.#watch(table, column);
      }
    }
  }

  /** To be called after each tick until it returns true: a snapshot may begin. */
  prepare(): boolean {
    if (this.#ticksLeft > 0) {
      this.#ticksLeft--;
      if (this.#ticksLeft === 0) this.#allocate();
      return false;
    }
    for (let left = PAGES_A_TICK; left > 0; left--) {
      const memory = this.#waiting.at(-1);
      if (memory === undefined) return true;
      memory[this.#touched] = 0;
      this.#touched += PAGE_BYTES;
      if (this.#touched < memory.length) continue;
      this.#waiting.pop();
      this.#touched = 0;
    }
    return this.#waiting.length === 0;
  }

  /** What was made ready for a column, or for a table's `live`. */
  takeFor(target: Column | Table): Uint8Array | null {
    return this.#ready.get(target) ?? null;
  }

  /** Nothing is watched any more. */
  end(): void {
    for (const { table, column, kept } of this.#watched.splice(0)) {
      const target = column ?? table;
      if (target.kept === kept) target.kept = null;
    }
  }

  #watch(table: Table, column: Column | null): void {
    const kept = KeptChunks.watch(table, column);
    (column ?? table).kept = kept;
    this.#watched.push({ table, column, kept });
  }

  #allocate(): void {
    for (const { table, column, kept } of this.#watched) {
      if (!kept.isWritten) continue;
      // The table may grow until the snapshot begins.
      const slotCount = Math.min(table.rowCapacity, table.slotCount + (table.slotCount >>> 3));
      const memory = new Uint8Array(slotCount * (column === null ? 1 : column.bytesPerSlot));
      this.#ready.set(column ?? table, memory);
      if (memory.length > 0) this.#waiting.push(memory);
    }
    this.end();
  }
}

/** Long enough for what happens in most ticks, short enough for who waits. */
const WATCH_TICKS = 16;
const PAGE_BYTES = 4096;
/** About half a millisecond. */
const PAGES_A_TICK = 256;
