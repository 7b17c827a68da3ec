import type { Table } from '../store/index.ts';
import { rowKit, type WorldCode } from './row-code.ts';
import type { Session } from './session.ts';
import { TableHandle } from './table-handle.ts';

/** `ctx.db`: the tables' handles by accessor. Frozen: a module cannot put its own things there for other calls to find. */
export function makeDatabaseHandle(session: Session, tables: readonly Table[], code: WorldCode): object {
  const database: Record<string, TableHandle> = {};
  for (const table of tables) {
    const rowCode = code.tables[table.position]!(session, table, rowKit);
    session.rows.push(rowCode);
    const handle = new TableHandle(session, table, rowCode);
    Object.freeze(handle.columns);
    Object.freeze(handle);
    database[table.plan.accessor] = handle;
  }
  return Object.freeze(database);
}
