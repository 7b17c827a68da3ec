import { Range } from '@tickbase/schema/values';
import { OrderedIndex, type SlotIndex, storeError, type Table } from '../store/index.ts';
import type { RowCode, RowIterator } from './row-code.ts';
import type { Session } from './session.ts';

/** Turns what a user asks an index for (a value, a list of values, a Range) into slots. */
export class IndexReader {
  readonly session: Session;
  readonly table: Table;
  readonly code: RowCode;
  readonly index: SlotIndex;

  readonly #findSlot: ((key: unknown) => number) | null;
  readonly #findRow: ((key: unknown) => Record<string, unknown> | null) | null;
  readonly #readOrdered: RowCode['readOrdered'][number];

  /** `position`: the index's place in `plan.indexes`. */
  constructor(session: Session, table: Table, code: RowCode, position: number) {
    this.session = session;
    this.table = table;
    this.code = code;
    this.index = table.indexes[position]!;
    this.#findSlot = code.findSlot[position]!;
    this.#findRow = code.findRow[position]!;
    this.#readOrdered = code.readOrdered[position]!;
  }

  /** The row with this key of a unique index as a fresh object, or null. */
  rowOf(key: unknown): Record<string, unknown> | null {
    if (this.#findRow !== null) return this.#findRow(key);
    const slot = this.slotOf(key);
    return slot === -1 ? null : this.code.read(slot);
  }

  /** The slot with this key of a unique index, or -1. Composite keys are lists. */
  slotOf(key: unknown): number {
    if (this.#findSlot !== null) return this.#findSlot(key);
    const { table, session } = this;
    session.checkRead(table);
    const { columns } = this.index.key;
    if (columns.length === 1) {
      session.gatherValue(columns[0]!, table.probe, key);
    } else {
      if (!Array.isArray(key) || key.length !== columns.length)
        this.#refuseKey(`wants a list of ${columns.length} values`);
      this.#gather(key, columns.length, table.probe);
    }
    const slot = this.index.findFirst(table.probe);
    session.noteRead(table, slot);
    return slot;
  }

  /** A Range, or a list of values that ends with one. */
  isRange(bounds: unknown): boolean {
    return bounds instanceof Range || (Array.isArray(bounds) && bounds.at(-1) instanceof Range);
  }

  /** Rows within the bounds, as fresh objects, in the order of the index. */
  rowsOf(bounds: unknown): RowIterator<Record<string, unknown>> {
    const { index, code } = this;
    const numbers: number[] = [];
    const slots = this.slotsOf(bounds, numbers);
    if (this.#readOrdered === null || numbers.length === 0) return code.readSlots(slots);
    return this.#readOrdered(slots, numbers, index as OrderedIndex);
  }

  /** The slots within the bounds, in the order of the index, equal keys in slot order. `numbers`: see OrderedIndex.collectRange; empty for a whole key. */
  slotsOf(bounds: unknown, numbers: number[] = []): number[] {
    const { table, session, index } = this;
    session.checkRead(table);
    session.noteRead(table, -1);
    const { columns } = index.key;
    const isList = Array.isArray(bounds) && (columns.length > 1 || columns[0]!.plan.type.kind !== 'array');
    const values: readonly unknown[] = isList ? (bounds as readonly unknown[]) : [bounds];
    const last = values.at(-1);
    if (values.length === 0 || values.length > columns.length) this.#refuseKey(`wants 1 to ${columns.length} values`);
    const slots: number[] = [];
    if (!(last instanceof Range) && values.length === columns.length) {
      this.#gather(values, values.length, table.probe);
      index.collect(table.probe, slots);
      return slots;
    }
    if (!(index instanceof OrderedIndex))
      this.#refuseKey('answers whole keys only: prefixes and ranges want a btree index');
    const width = values.length;
    if (!(last instanceof Range)) {
      this.#gather(values, width, table.probe);
      index.collectPrefix(table.probe, width, slots, numbers);
      return slots;
    }
    const { from, to } = last as Range<unknown>;
    this.#gather(values, width - 1, table.probe);
    this.#gather(values, width - 1, table.probeTo);
    const column = columns[width - 1]!;
    if (from.tag !== 'unbounded') session.gatherValue(column, table.probe, from.value);
    if (to.tag !== 'unbounded') session.gatherValue(column, table.probeTo, to.value);
    index.collectRange(
      {
        from: table.probe,
        fromWidth: from.tag === 'unbounded' ? width - 1 : width,
        isFromExcluded: from.tag === 'excluded',
        to: table.probeTo,
        toWidth: to.tag === 'unbounded' ? width - 1 : width,
        isToExcluded: to.tag === 'excluded',
      },
      slots,
      numbers,
    );
    return slots;
  }

  #gather(values: readonly unknown[], count: number, slot: number): void {
    const { columns } = this.index.key;
    for (let i = 0; i < count; i++) {
      if (values[i] instanceof Range) this.#refuseKey('takes a Range as the last value only');
      this.session.gatherValue(columns[i]!, slot, values[i]);
    }
  }

  #refuseKey(what: string): never {
    const names = this.index.key.columns.map((column) => column.plan.name).join(', ');
    throw storeError(
      'STORE_BAD_KEY',
      `the index on ${names} ${what}`,
      { table: this.table.plan.name },
      'give the columns of the index from the left',
    );
  }
}
