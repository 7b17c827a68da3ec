import { TickbaseError } from '@tickbase/base';
import type { Table } from '../../store/index.ts';

/**
 * Makes what is derived of a table whose rows were replayed. Throws RECORD_MISFIT when two rows have a key that only one may have, or when an
 * index cannot hold a row: no server writes such a world, and every write after it would go astray.
 */
export function settleRecovered(table: Table): void {
  checkDirects(table);
  table.settle();
  checkUniques(table);
}

function checkDirects(table: Table): void {
  if (!table.plan.indexes.some(({ algorithm }) => algorithm === 'direct')) return;
  for (let slot = 0; slot < table.slotCount; slot++) {
    if (table.live[slot] !== 1) continue;
    try {
      table.derived.checkDirect(slot);
    } catch (error) {
      if (!(error instanceof TickbaseError)) throw error;
      throw misfit(table, slot, error.what);
    }
  }
}

function checkUniques(table: Table): void {
  for (const index of table.derived.uniques) {
    for (let slot = 0; slot < table.slotCount; slot++) {
      if (table.live[slot] !== 1 || index.findFirst(slot) === slot) continue;
      const names = index.key.columns.map(({ plan }) => plan.name).join(', ');
      throw misfit(table, slot, `another row has the same value of ${names}`);
    }
  }
}

function misfit(table: Table, slot: number, what: string): TickbaseError {
  return new TickbaseError({
    code: 'RECORD_MISFIT',
    what: `the log makes a row that cannot be: ${what}`,
    where: `table ${table.plan.name}, slot ${slot}`,
    mend: 'start with the server version that wrote the log; if that was this one, restore a backup and report the error',
  });
}
