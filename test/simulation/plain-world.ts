import { type Plan, withOwnTables } from '@tickbase/schema/plan';
import { OwnedTable } from './owned-table.ts';
import type { PlainRow } from './plain-row.ts';
import { PlainTable } from './plain-table.ts';

/** The oracle's own world: maps of plain rows, which the walk's calls are applied to beside the server's. */
export class PlainWorld {
  readonly plan: Plan;
  /** The plan as clients meet it: what owners alone get is tables of its own behind the others. */
  readonly clientPlan: Plan;
  /** Of the module. */
  readonly tables: readonly PlainTable[];
  readonly owned: readonly OwnedTable[];
  /** By position in `clientPlan`: `tables`, then `owned`. */
  readonly known: readonly PlainTable[];
  readonly #byAccessor = new Map<string, PlainTable>();
  readonly #journal: (() => void)[] = [];
  #lives = 0;

  constructor(plan: Plan) {
    this.plan = plan;
    const takeLife = (): number => ++this.#lives;
    this.tables = plan.tables.map((table, position) => new PlainTable(table, position, this.#journal, takeLife));
    for (const table of this.tables) this.#byAccessor.set(table.plan.accessor, table);
    this.clientPlan = withOwnTables(plan);
    const bases = this.tables.filter((table) => table.plan.own !== undefined);
    this.owned = bases.map((base, i) => {
      const position = plan.tables.length + i;
      return new OwnedTable(this.clientPlan.tables[position]!, position, base);
    });
    this.known = [...this.tables, ...this.owned];
  }

  table(accessor: string): PlainTable {
    const table = this.#byAccessor.get(accessor);
    if (table === undefined) throw new Error(`the walk's module has no table ${accessor}`);
    return table;
  }

  /** Rows that were written, and with them what their owners have of them. */
  withOwned(rows: readonly { readonly table: PlainTable; readonly key: string }[]): typeof rows {
    if (this.owned.length === 0) return rows;
    const owned = rows.flatMap(({ table, key }) =>
      this.owned.filter(({ base }) => base === table).map((own) => ({ table: own, key })),
    );
    return [...rows, ...owned];
  }

  beginTransaction(): void {
    this.#journal.length = 0;
  }

  /** Undoes all since the transaction began. */
  rollBack(): void {
    for (let undo = this.#journal.pop(); undo !== undefined; undo = this.#journal.pop()) undo();
  }

  /** The row that a following row goes with. */
  followed(table: PlainTable, row: PlainRow): PlainRow | undefined {
    const { spatial } = table.plan;
    if (spatial?.kind !== 'follows') return undefined;
    const target = this.tables.find(({ plan }) => plan.name === spatial.table)!;
    return target.rows.get(target.keyTextOf(row.values[spatial.column]));
  }
}
