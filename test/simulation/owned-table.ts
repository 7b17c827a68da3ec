import type { TablePlan } from '@tickbase/schema/plan';
import { PlainTable } from './plain-table.ts';
import { type PlainRow, seenRowOf } from './plain-row.ts';

/**
 * What the owners of a table's rows alone get of them, as the table of its own that it is to clients: worked out anew from the whole rows. Nobody
 * writes to it.
 */
export class OwnedTable extends PlainTable {
  readonly base: PlainTable;
  /** By column: that in the base. */
  readonly #sources: readonly number[];

  constructor(plan: TablePlan, position: number, base: PlainTable) {
    super(plan, position, [], () => 0);
    this.base = base;
    this.#sources = plan.columns.map(({ accessor }) =>
      base.plan.columns.findIndex((column) => column.accessor === accessor),
    );
  }

  /** At the end of a tick, before the base is told of it. */
  follow(): void {
    if (!this.base.isChanged) return;
    const before = new Map(this.rows);
    this.rows.clear();
    for (const { values: whole, life } of this.base.rows.values()) {
      const values = this.#sources.map((source) => whole[source]);
      const key = this.keyOf(values);
      const seen = seenRowOf(this.plan, values, before.get(key)?.seen ?? null);
      const row: PlainRow = { key, values, seen, life, cell: null };
      this.rows.set(key, row);
    }
    this.isChanged = true;
  }
}
