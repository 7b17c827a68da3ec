import type { Table } from '../store/index.ts';
import type { Session } from './session.ts';
import { TableHandle } from './table-handle.ts';

/** `ctx.db`: the tables' handles by accessor. Frozen: a module cannot put its own things there for other calls to find. */
export function makeDatabaseHandle(session: Session, tables: readonly Table[]): object {
  const database: Record<string, TableHandle> = {};
  for (const table of tables) {
    const handle = new TableHandle(session, table);
    Object.freeze(handle);
    database[table.plan.accessor] = handle;
  }
  return Object.freeze(database);
}
