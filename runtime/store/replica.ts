import { ByteWriter } from '@tickbase/base';
import type { Plan } from '@tickbase/schema/plan';
import { RecordReplay } from './apply-record.ts';
import { createTables } from './create-tables.ts';
import { encodeRows } from './encode-record.ts';
import type { Table } from './table.ts';
import { UndoLog } from './undo-log.ts';

/**
 * The public tables of a world as another thread keeps them: columns and live rows, brought up to date by both sections of each commit record.
 * Nothing is derived: no indexes, no grid. Private tables stay empty, and so do event tables, whose rows are gone with their tick.
 */
export class Replica {
  /** By position in `plan.tables`. */
  readonly tables: readonly Table[];
  /** Of the last record; -1 before `load`. */
  tick = -1;
  readonly #logged: RecordReplay;
  readonly #wireOnly: RecordReplay;
  readonly #rows: RecordReplay;

  constructor(plan: Plan) {
    this.tables = createTables(plan, new UndoLog(), 1);
    this.#logged = new RecordReplay(this.tables, 'shared');
    this.#wireOnly = new RecordReplay(this.tables, 'wireOnly');
    this.#rows = new RecordReplay(this.tables, 'rows');
  }

  /** What `load` of a replica takes: all rows of a world as they are between two ticks. */
  static encode(tables: readonly Table[], tick: number): Uint8Array {
    const writer = new ByteWriter();
    encodeRows(writer, tick, tables.filter(isReplicated));
    return writer.copy();
  }

  /** Takes in the rows that a world has. Once, before any record. */
  load(rows: Uint8Array): void {
    this.tick = this.#rows.apply(rows);
  }

  /** Takes in the record of the next tick: both sections, of which an empty one says nothing. Throws RECORD_MISFIT as `applyRecord` does. */
  apply(logged: Uint8Array, wireOnly: Uint8Array): void {
    if (logged.length > 0) this.tick = this.#logged.apply(logged);
    if (wireOnly.length > 0) this.tick = this.#wireOnly.apply(wireOnly);
  }
}

function isReplicated({ plan }: Table): boolean {
  return plan.isPublic && !plan.isEvent;
}
