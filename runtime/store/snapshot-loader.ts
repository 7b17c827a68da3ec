import { CellReader } from './cell-reader.ts';
import type { Column } from './column.ts';
import { snapshotColumnsOf } from './snapshot-columns.ts';
import { SLOTS_MAX, type Table } from './table.ts';
import { SECTION_CELLS, SECTION_ROWS, SECTION_TABLE } from './world-snapshot.ts';

/**
 * Fills empty tables from the sections of a snapshot (layout: WorldSnapshot). The tables have the plan under which it was written. Columns that
 * it does not hold get their default. Nothing derived is made: after it, and after the records that follow it, each table is to be settled.
 * What does not fit is RECORD_MISFIT; the tables are then of no more use.
 */
export class SnapshotLoader {
  readonly #tables: readonly Table[];
  readonly #reader = new CellReader('a snapshot');
  #table: Table | null = null;
  #columns: readonly Column[] = [];
  #others: readonly Column[] = [];
  /** Of the current chunk: the column and the row whose cell is the next; behind the last column: the chunk is whole. */
  #nextColumn = 0;
  #nextRow = 0;
  /** Ids of the tables so far. */
  readonly #seen = new Set<number>();
  /** Rows so far, over all tables. */
  rowCount = 0;

  constructor(tables: readonly Table[]) {
    this.#tables = tables;
  }

  /** Takes in whole sections, in the order in which they were written. */
  take(bytes: Uint8Array): void {
    const reader: CellReader = this.#reader;
    reader.open(bytes);
    while (reader.offset < reader.end) {
      const section = reader.u8();
      if (section === SECTION_TABLE) this.#takeTable();
      else if (section === SECTION_ROWS) this.#takeRows();
      else if (section === SECTION_CELLS) this.#takeCells();
      else reader.refuse(`it has a section of kind ${section}`);
    }
  }

  /** There is nothing more to come. */
  finish(): void {
    this.#checkChunk();
    const missing = this.#tables.find(({ plan }) => snapshotColumnsOf(plan).length > 0 && !this.#seen.has(plan.id));
    if (missing !== undefined) this.#reader.refuse(`it lacks table ${missing.plan.name}`);
  }

  #takeTable(): void {
    const reader: CellReader = this.#reader;
    this.#checkChunk();
    const id = reader.varint();
    const table = this.#tables.find(({ plan }) => plan.id === id);
    if (table === undefined) reader.refuse(`it has a table with the id ${id}, which the plan has not`);
    if (this.#seen.has(id)) reader.refuse(`it has table ${table.plan.name} twice`);
    this.#seen.add(id);
    if (reader.varint() !== table.sequences.length)
      reader.refuse(`table ${table.plan.name} has other auto-increment columns`);
    for (const sequence of table.sequences) sequence.position = sequence.sealedPosition = reader.varint();
    const slotCount = reader.varint();
    if (slotCount > SLOTS_MAX) reader.refuse(`table ${table.plan.name} has ${slotCount} slots`);
    const positions = snapshotColumnsOf(table.plan);
    const count = reader.varint();
    for (let i = 0; i < count; i++) {
      const id = reader.varint();
      if (positions[i] === undefined || table.columns[positions[i]!]!.plan.id !== id)
        reader.refuse(`table ${table.plan.name} keeps other columns`);
    }
    if (count !== positions.length) reader.refuse(`table ${table.plan.name} keeps other columns`);
    table.reserve(slotCount);
    table.slotCount = slotCount;
    this.#table = table;
    this.#columns = positions.map((position) => table.columns[position]!);
    this.#others = table.columns.filter(({ position }) => !positions.includes(position));
    this.#nextColumn = count;
  }

  #takeRows(): void {
    const reader: CellReader = this.#reader;
    this.#checkChunk();
    const table = this.#table;
    if (table === null || this.#columns.length === 0) reader.refuse('rows stand there without a table');
    const first = reader.varint();
    const runCount = reader.varint();
    let next = first;
    let rowCount = 0;
    for (let run = 0; run < runCount; run++) {
      const start = next + reader.varint();
      const length = reader.varint();
      next = start + length;
      if (next > table.slotCount) reader.refuse(`table ${table.plan.name} has rows beyond its slots`);
      reader.reserveSlots(rowCount + length);
      for (let slot = start; slot < next; slot++) {
        if (table.live[slot] === 1) reader.refuse(`table ${table.plan.name} has slot ${slot} twice`);
        table.live[slot] = 1;
        for (const column of this.#others) column.copy(table.defaults, slot);
        reader.slots[rowCount++] = slot;
      }
    }
    reader.slotCount = rowCount;
    this.rowCount += rowCount;
    this.#nextColumn = 0;
    this.#nextRow = 0;
  }

  #takeCells(): void {
    const reader: CellReader = this.#reader;
    const place = reader.varint();
    const from = reader.varint();
    const count = reader.varint();
    const column = this.#columns[place];
    const isNext = place === this.#nextColumn && from === this.#nextRow && from + count <= reader.slotCount;
    if (column === undefined || !isNext) reader.refuse('cells do not follow one another');
    reader.readBlock(this.#table!, column, from, count);
    this.#nextRow += count;
    if (this.#nextRow < reader.slotCount) return;
    this.#nextColumn++;
    this.#nextRow = 0;
  }

  #checkChunk(): void {
    if (this.#nextColumn < this.#columns.length) this.#reader.refuse('rows lack cells');
  }
}
