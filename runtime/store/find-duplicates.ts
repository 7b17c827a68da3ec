import type { Column } from './column.ts';
import { describeCell } from './describe-cell.ts';
import type { Table } from './table.ts';

/** Rows that share their values in some columns: the first groups of them in slot order, and how many groups there are. */
export interface Duplicates {
  readonly groupCount: number;
  /** `gold 5, owner "ann" (3 rows)` */
  readonly groups: readonly string[];
}

export const DUPLICATE_GROUPS_SHOWN = 10;

/** Groups of live rows that are equal in these columns; null: there are none. Needs no index. */
export function findDuplicates(table: Table, positions: readonly number[]): Duplicates | null {
  const columns = positions.map((position) => table.columns[position]!);
  const { live, slotCount } = table;
  // By hash: the first slot of each group, as a number for the one group that nearly every hash has, else as a list.
  const firsts = new Map<number, number | number[]>();
  const counts = new Map<number, number>();
  for (let slot = 0; slot < slotCount; slot++) {
    if (live[slot] !== 1) continue;
    const hash = hashOf(columns, slot);
    const known = firsts.get(hash);
    if (known === undefined) {
      firsts.set(hash, slot);
      continue;
    }
    const list = typeof known === 'number' ? [known] : known;
    const twin = list.find((first) => columns.every((column) => column.isEqual(first, slot)));
    if (twin === undefined) firsts.set(hash, [...list, slot]);
    else counts.set(twin, (counts.get(twin) ?? 1) + 1);
  }
  if (counts.size === 0) return null;
  const shown = [...counts.keys()].sort((a, b) => a - b).slice(0, DUPLICATE_GROUPS_SHOWN);
  return {
    groupCount: counts.size,
    groups: shown.map((slot) => {
      const values = columns.map((column) => `${column.plan.name} ${describeCell(column, slot)}`);
      return `${values.join(', ')} (${counts.get(slot)!} rows)`;
    }),
  };
}

function hashOf(columns: readonly Column[], slot: number): number {
  let hash = 0x2545f491;
  for (const column of columns) hash = column.hash(slot, hash);
  return hash;
}
