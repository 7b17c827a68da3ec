import { Prng } from '@tickbase/base';
import { assignIds, isAllowed, planMigration, type Plan } from '@tickbase/schema/plan';
import { checkTable, type Picture, pictureOf } from '../../transactions/testing/check-tables.ts';
import { Coverage } from '../../transactions/testing/coverage.ts';
import { ModelTable } from '../../transactions/testing/model-table.ts';
import { randomPlan } from '../../transactions/testing/random-plan.ts';
import { randomValue } from '../../transactions/testing/random-value.ts';
import {
  applyRecord,
  createTables,
  digestTables,
  hasRows,
  migrateTables,
  replayMigration,
  rollBack,
  Sealer,
  STATE_OPEN,
  type Table,
  UndoLog,
  writeValue,
} from '../index.ts';
import { PlainTable } from './plain-table.ts';
import { plainText } from './plain-text.ts';
import { type Edited, hasTwins, planOfEdited, randomEdit } from './random-edit.ts';

export interface MigrationFuzzOptions {
  readonly seed: number;
  /** How long to go on, by `now`; or how many cases. */
  readonly seconds?: number;
  readonly cases?: number;
  readonly now?: () => number;
}

/**
 * Random worlds whose modules are replaced a few times. A case is one world: some ticks of inserts and deletes, then a migration of some
 * random edits, and so on. Checked: a migration is refused exactly when the naive model says so, and has then changed nothing; else every row is in its
 * slot with the values that the model has, indexes and grids are those of a scan, sequences go on; at the end, replaying the log with the plans in it gives the same
 * digest. Throws at the first difference, naming the case's seed.
 */
export function fuzzMigrations(options: MigrationFuzzOptions): { cases: number; coverage: Coverage } {
  const coverage = new Coverage();
  const { seed, seconds = Infinity, cases = Infinity, now = () => 0 } = options;
  const endMs = now() + seconds * 1000;
  let count = 0;
  while (count < cases && now() <= endMs) {
    const caseSeed = (seed + count) >>> 0;
    try {
      new MigratedWorld(new Prng(caseSeed), coverage).walk();
    } catch (error) {
      throw new Error(`case ${count}, seed ${caseSeed}: ${(error as Error).message}`, { cause: error });
    }
    count++;
  }
  return { cases: count, coverage };
}

type LogItem = { readonly logged: Uint8Array } | { readonly plan: Plan };

class MigratedWorld {
  readonly #prng: Prng;
  readonly #coverage: Coverage;
  readonly #log: LogItem[] = [];
  #plan: Plan;
  #undo = new UndoLog();
  #tables: readonly Table[];
  #sealer: Sealer;
  #tick = 7;
  #serial = 0;

  constructor(prng: Prng, coverage: Coverage) {
    this.#prng = prng;
    this.#coverage = coverage;
    this.#plan = assignIds(randomPlan(prng), null);
    this.#tables = createTables(this.#plan, this.#undo, 2);
    this.#sealer = new Sealer(this.#tables);
    this.#log.push({ plan: this.#plan });
  }

  walk(): void {
    for (let migrations = this.#prng.int(1, 3); migrations > 0; migrations--) {
      for (let ticks = this.#prng.int(1, 4); ticks > 0; ticks--) this.#runTick();
      this.#migrate();
    }
    this.#runTick();
    this.#checkReplay();
  }

  #runTick(): void {
    const prng = this.#prng;
    this.#beginTick();
    for (let writes = prng.int(1, 12); writes > 0; writes--) {
      const table = prng.pick(this.#tables);
      this.#undo.begin(STATE_OPEN);
      try {
        this.#write(table);
      } catch (error) {
        if (!/^(STORE|VALUE)_/.test((error as { code?: string }).code ?? '')) throw error;
        rollBack(this.#tables, this.#undo);
      }
      this.#undo.end();
    }
    this.#seal();
  }

  #write(table: Table): void {
    const prng = this.#prng;
    const slots = [...table.live.subarray(0, table.slotCount).keys()].filter((slot) => table.live[slot] === 1);
    if (slots.length > 0 && prng.int(0, 3) === 0) {
      table.deleteSlot(prng.pick(slots));
      return;
    }
    for (const column of table.columns) {
      const { type, autoInc } = column.plan;
      const isAsked = autoInc && prng.int(0, 2) > 0;
      const zero = /64|128|256/.test(type.kind) ? 0n : 0;
      writeValue(column, table.probe, isAsked ? zero : randomValue(prng, type));
    }
    table.insertProbe();
  }

  #beginTick(): void {
    this.#tick++;
    for (const table of this.#tables) table.beginTick(this.#tick);
  }

  #seal(): void {
    const record = this.#sealer.seal(this.#tick, this.#tick * 1000);
    if (!record.isLogEmpty) this.#log.push({ logged: record.logged().slice() });
  }

  #migrate(): void {
    const prng = this.#prng;
    const edited: Edited = {
      tables: this.#tables.map((table) => ({ before: table.plan, plan: { ...table.plan }, rows: plainTableOf(table) })),
      removed: [],
      refusals: [],
      fixed: new Set(),
    };
    for (let edits = prng.int(0, 5); edits > 0; edits--) randomEdit(prng, edited, this.#coverage, this.#serial++);
    const before = this.#plan;
    const after = assignIds(planOfEdited(edited, before), before);
    const migration = planMigration(before, after, (position) => !hasRows(this.#tables[position]!));
    expectSame(
      !isAllowed(migration),
      edited.refusals.length > 0 && isPlanRefusal(edited),
      `the plan is refused (${edited.refusals.join()}: ${JSON.stringify(migration.steps.filter((step) => step.class === 'refused'))})`,
    );
    if (!isAllowed(migration)) return this.#coverage.count('refused by the plan');

    const pictures = this.#tables.map(pictureOf);
    const undo = new UndoLog();
    const tables = createTables(after, undo, 2);
    const refused = migrateTables(this.#tables, tables, migration);
    expectSame(JSON.stringify(this.#tables.map(pictureOf)), JSON.stringify(pictures), 'the old tables');
    const mayNot = edited.refusals.length > 0 || hasTwins(edited);
    expectSame(refused.length > 0, mayNot, `what the rows permit (${refused.map(({ why }) => why).join()})`);
    if (refused.length > 0) return this.#coverage.count('refused by the rows');

    this.#coverage.count(JSON.stringify(before) === JSON.stringify(after) ? 'nothing changed' : 'migrated');
    this.#plan = after;
    this.#undo = undo;
    this.#tables = tables;
    this.#sealer = new Sealer(tables);
    this.#checkTables(edited, pictures);
    this.#log.push({ plan: after });
    this.#beginTick();
    this.#seal();
  }

  #checkTables(edited: Edited, pictures: readonly Picture[]): void {
    for (const [position, table] of this.#tables.entries()) {
      const { before, rows, plan } = edited.tables[position]!;
      expectSame(plainTableOf(table).toString(), rows.toString(), `table ${plan.name}`);
      const model = new ModelTable(table.plan);
      model.rows = Array.from(rows.rows.keys(), (slot) =>
        Object.fromEntries(table.plan.columns.map(({ accessor }, column) => [accessor, table.valueAt(column, slot)])),
      );
      model.sequences = table.plan.columns.map(({ name }) => rows.sequences.get(name) ?? 0);
      checkTable(table, model);
      if (before === null || plan.isEvent) continue;
      const old = pictures[this.#positionBefore(before.id, pictures)]!;
      expectSame(old.rows.length, table.slotCount, `slots of ${plan.name}`);
      if (rows.rows.size > 0) this.#coverage.count('rows carried');
    }
  }

  #positionBefore(id: number, pictures: readonly Picture[]): number {
    const plan = this.#log.findLast((item) => 'plan' in item) as { plan: Plan };
    const position = plan.plan.tables.findIndex((table) => table.id === id);
    if (position === -1 || position >= pictures.length) throw new Error('a table was lost from the plan');
    return position;
  }

  /** What a crash at the end would leave. */
  #checkReplay(): void {
    let tables: readonly Table[] = [];
    let plan: Plan | null = null;
    for (const item of this.#log) {
      if ('logged' in item) {
        applyRecord(tables, item.logged);
        continue;
      }
      const next = createTables(item.plan, new UndoLog(), 2);
      if (plan !== null) {
        const old = tables;
        const migration = planMigration(plan, item.plan, (position) => !hasRows(old[position]!));
        if (!isAllowed(migration)) throw new Error('a replay refuses what the server had done');
        replayMigration(old, next, migration);
      }
      tables = next;
      plan = item.plan;
    }
    for (const table of tables) table.settle();
    expectSame(digestTables(tables), digestTables(this.#tables), 'the digest after a replay');
  }
}

/** Rows that hold a variant which is gone are found only with the rows; everything else is refused by the plan. */
function isPlanRefusal({ refusals }: Edited): boolean {
  return refusals.some((why) => why !== 'variant in use');
}

function plainTableOf(table: Table): PlainTable {
  const rows = new Map<number, Map<string, string>>();
  for (let slot = 0; slot < table.slotCount && !table.plan.isEvent; slot++) {
    if (table.live[slot] !== 1) continue;
    const cells = table.plan.columns.map(({ name }, column) => [name, plainText(table.valueAt(column, slot))] as const);
    rows.set(slot, new Map(cells));
  }
  const sequences = table.sequences.map(({ column, position }) => [column.plan.name, position] as const);
  return new PlainTable(rows, new Map(sequences));
}

function expectSame(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected) throw new Error(`${what}:\n${String(actual)}\nand not\n${String(expected)}`);
}
