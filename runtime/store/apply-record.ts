import { NO_CELL } from './cell-grid.ts';
import { CellReader } from './cell-reader.ts';
import type { Column } from './column.ts';
import { PART_DELETES, PART_INSERTS, PART_SEQUENCES, PART_UPDATES, RECORD_VERSION } from './encode-record.ts';
import { recordColumnsOf } from './record-columns.ts';
import { SLOTS_MAX, type Table } from './table.ts';

/**
 * Replays the logged section of a commit record: columns, live rows and sequences of `tables`, which have the plan under which it was
 * sealed. Columns that an insert does not log get their default. Nothing derived is kept up: after the last record each
 * table is to be settled (`table.settle()`). Returns the record's tick. Throws RECORD_MISFIT when the record is not one of these tables
 * as they stand; they are then half changed, and to be thrown away.
 */
export function applyRecord(tables: readonly Table[], bytes: Uint8Array, witness: RecordWitness = NOBODY): number {
  let replay = replays.get(tables);
  if (replay === undefined) replays.set(tables, (replay = new RecordReplay(tables, 'log')));
  return replay.apply(bytes, witness);
}

/** Sees what a record does, row by row. Slots below `count` count; they stand until the call returns. */
export interface RecordWitness {
  /** The rows are not taken out yet. */
  deletes(table: Table, slots: Uint32Array, count: number): void;
  inserts(table: Table, slots: Uint32Array, count: number): void;
  /** These columns of the rows have their new values. */
  updates(table: Table, columns: readonly Column[], slots: Uint32Array, count: number): void;
}

const NOBODY: RecordWitness = { deletes() {}, inserts() {}, updates() {} };

/** What is found out once for all records of a list of tables. */
const replays = new WeakMap<readonly Table[], RecordReplay>();

/**
 * What is replayed: the logged section of a log; of a record that is shared with a replica, the logged section and the one for the wire alone, which
 * comes second; or rows (`encodeRows`).
 */
export type ReplayedSection = 'log' | 'shared' | 'wireOnly' | 'rows';

/** Applies sections of one kind to the tables of a plan. */
export class RecordReplay {
  readonly #targets = new Map<number, Target>();
  readonly #reader = new CellReader('a commit record');
  #witness: RecordWitness = NOBODY;

  constructor(tables: readonly Table[], section: ReplayedSection) {
    for (const table of tables) this.#targets.set(table.plan.id, targetOf(table, section));
  }

  /** Returns the record's tick. */
  apply(bytes: Uint8Array, witness: RecordWitness = NOBODY): number {
    this.#witness = witness;
    const reader: CellReader = this.#reader;
    reader.open(bytes);
    const version = reader.u8();
    if (version !== RECORD_VERSION) reader.refuse(`it has version ${version}`);
    const tick = reader.varint();
    reader.take(TIMESTAMP_BYTES);
    while (reader.offset < reader.end) {
      const id = reader.varint();
      const target = this.#targets.get(id);
      if (target === undefined) reader.refuse(`it names a table with the id ${id}, which the plan has not`);
      this.#applyTable(target);
    }
    return tick;
  }

  #applyTable(target: Target): void {
    const reader: CellReader = this.#reader;
    const { table, partsKnown } = target;
    const parts = reader.u8();
    if ((parts & ~partsKnown) !== 0) reader.refuse(`table ${table.plan.name} has no such changes`);
    if ((parts & PART_SEQUENCES) !== 0) this.#applySequences(table);
    if ((parts & PART_DELETES) !== 0) this.#applyDeletes(target);
    if ((parts & PART_INSERTS) !== 0) this.#applyInserts(target);
    if ((parts & PART_UPDATES) !== 0) this.#applyRuns(target);
  }

  #applySequences({ sequences, plan }: Table): void {
    for (const sequence of sequences) {
      const position = this.#reader.varint();
      if (position < sequence.position) this.#reader.refuse(`a sequence of table ${plan.name} goes back`);
      sequence.position = sequence.sealedPosition = position;
    }
  }

  #applyDeletes({ table, hasRows }: Target): void {
    const reader: CellReader = this.#reader;
    reader.readSlots(hasRows ? table.slotCount : SLOTS_MAX);
    if (!hasRows) return;
    const { live, grid } = table;
    this.#witness.deletes(table, reader.slots, reader.slotCount);
    for (let i = 0; i < reader.slotCount; i++) {
      const slot = reader.slots[i]!;
      if (live[slot] !== 1) reader.refuse(`it deletes slot ${slot} of table ${table.plan.name}, where no row is`);
      live[slot] = 0;
      if (grid !== null) grid.cellOfSlot[slot] = NO_CELL;
    }
  }

  #applyInserts({ table, hasRows, isKept, inserted, others }: Target): void {
    const reader: CellReader = this.#reader;
    reader.readSlots(SLOTS_MAX);
    const { slots, slotCount } = reader;
    if (!isKept) {
      for (let c = 0; c < inserted.length; c++) reader.skipBlock(inserted[c]!, slotCount);
      return;
    }
    if (!hasRows) {
      for (let c = 0; c < inserted.length; c++) reader.readBlock(table, inserted[c]!, 0, slotCount);
      return;
    }
    const end = slots[slotCount - 1]! + 1;
    table.reserve(end);
    table.slotCount = Math.max(table.slotCount, end);
    const { live, defaults } = table;
    for (let i = 0; i < slotCount; i++) {
      const slot = slots[i]!;
      if (live[slot] === 1) reader.refuse(`it inserts at slot ${slot} of table ${table.plan.name}, where a row is`);
      live[slot] = 1;
      for (let c = 0; c < others.length; c++) others[c]!.copy(defaults, slot);
    }
    for (let c = 0; c < inserted.length; c++) reader.readBlock(table, inserted[c]!, 0, slotCount);
    this.#witness.inserts(table, slots, slotCount);
  }

  /** There is a row in each of the slots that were read. */
  #checkRows({ live, plan }: Table): void {
    const reader: CellReader = this.#reader;
    const { slots, slotCount } = reader;
    for (let i = 0; i < slotCount; i++) {
      if (live[slots[i]!] !== 1) reader.refuse(`it changes slot ${slots[i]} of table ${plan.name}, where no row is`);
    }
  }

  #applyRuns({ table, isKept, columns }: Target): void {
    const reader: CellReader = this.#reader;
    const runCount = reader.varint();
    const { maskWords } = table.changes;
    for (let run = 0; run < runCount; run++) {
      const low = reader.varint();
      const high = maskWords === 2 ? reader.varint() : 0;
      reader.readSlots(isKept ? table.slotCount : SLOTS_MAX);
      const { slots, slotCount } = reader;
      if (isKept) this.#checkRows(table);
      const changed: Column[] | null = this.#witness === NOBODY ? null : [];
      for (let c = 0; c < columns.length; c++) {
        const column = columns[c]!;
        const word = column.position < 32 ? low : high;
        if ((word & (1 << (column.position & 31))) === 0) continue;
        if (isKept) reader.readBlock(table, column, 0, slotCount);
        else reader.skipBlock(column, slotCount);
        changed?.push(column);
      }
      if (isKept && changed !== null) this.#witness.updates(table, changed, slots, slotCount);
    }
  }
}

interface Target {
  readonly table: Table;
  /** PART_* that may come. */
  readonly partsKnown: number;
  /** The section says which rows there are; else another one has said so before. */
  readonly hasRows: boolean;
  /** Values are stored; else they are passed over. */
  readonly isKept: boolean;
  /** What an update may bring, and what an insert brings; columns that an insert does not bring. */
  readonly columns: readonly Column[];
  readonly inserted: readonly Column[];
  readonly others: readonly Column[];
}

function targetOf(table: Table, section: ReplayedSection): Target {
  const { plan } = table;
  const { isLogged, logged, inserted, wireOnly } = recordColumnsOf(plan);
  const columnsAt = (positions: readonly number[]): Column[] => positions.map((at) => table.columns[at]!);
  const othersThan = (positions: readonly number[]): Column[] =>
    table.columns.filter(({ position }) => !positions.includes(position));
  if (section === 'rows') {
    return {
      table,
      partsKnown: PART_INSERTS,
      hasRows: true,
      isKept: true,
      columns: [],
      inserted: table.columns,
      others: [],
    };
  }
  if (section === 'wireOnly') {
    return {
      table,
      partsKnown: PARTS_OF_ROWS,
      hasRows: !isLogged && !plan.isEvent,
      isKept: !plan.isEvent,
      columns: columnsAt(wireOnly),
      inserted: columnsAt(wireOnly),
      others: othersThan(wireOnly),
    };
  }
  const isKept = section === 'log' || (plan.isPublic && !plan.isEvent);
  return {
    table,
    partsKnown: PART_SEQUENCES | (isLogged ? PARTS_OF_ROWS : 0),
    hasRows: isKept,
    isKept,
    columns: columnsAt(logged),
    inserted: columnsAt(inserted),
    others: othersThan(inserted),
  };
}

const TIMESTAMP_BYTES = 8;
const PARTS_OF_ROWS = PART_DELETES | PART_INSERTS | PART_UPDATES;
