import type { Plan } from '@tickbase/schema/plan';
import type { PlainRow } from './plain-row.ts';
import { PlainTable } from './plain-table.ts';

/** The oracle's own world: maps of plain rows, which the walk's calls are applied to beside the server's. */
export class PlainWorld {
  readonly plan: Plan;
  readonly tables: readonly PlainTable[];
  readonly #byAccessor = new Map<string, PlainTable>();
  readonly #journal: (() => void)[] = [];
  #lives = 0;

  constructor(plan: Plan) {
    this.plan = plan;
    const takeLife = (): number => ++this.#lives;
    this.tables = plan.tables.map((table, position) => new PlainTable(table, position, this.#journal, takeLife));
    for (const table of this.tables) this.#byAccessor.set(table.plan.accessor, table);
  }

  table(accessor: string): PlainTable {
    const table = this.#byAccessor.get(accessor);
    if (table === undefined) throw new Error(`the walk's module has no table ${accessor}`);
    return table;
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
