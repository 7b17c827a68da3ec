import type { Plan } from '@tickbase/schema/plan';
import {
  createTables,
  Sealer,
  STATE_OPEN,
  UndoLog,
  writeValue,
  type CommitRecord,
  type Table,
} from '../../store/index.ts';

/** The store's own tables, kept equal to the walk's plain rows; rows are found by their first column. */
export class StoreTwin {
  readonly tables: readonly Table[];
  private readonly undo = new UndoLog();
  private readonly sealer: Sealer;

  constructor(plan: Plan, slotRestTicks: number) {
    this.tables = createTables(plan, this.undo, Math.max(1, slotRestTicks));
    this.sealer = new Sealer(this.tables);
  }

  slotOf(position: number, key: unknown): number {
    return this.tables[position]!.slotsByIndex(0, [key])[0] ?? -1;
  }

  beginTick(tick: number): void {
    for (const table of this.tables) table.beginTick(tick);
  }

  seal(tick: number): CommitRecord {
    return this.sealer.seal(tick, tick * 50_000);
  }

  insert(position: number, row: readonly unknown[]): void {
    this.write(position, row, (table) => table.insertProbe());
  }

  update(position: number, row: readonly unknown[]): void {
    const slot = this.slotOf(position, row[0]);
    this.write(position, row, (table) => table.updateFromProbe(slot));
  }

  delete(position: number, key: unknown): void {
    const slot = this.slotOf(position, key);
    this.write(position, [], (table) => table.deleteSlot(slot));
  }

  private write(position: number, row: readonly unknown[], act: (table: Table) => void): void {
    const table = this.tables[position]!;
    this.undo.begin(STATE_OPEN);
    for (const [c, value] of row.entries()) writeValue(table.columns[c]!, table.probe, value);
    act(table);
    this.undo.end();
  }
}
