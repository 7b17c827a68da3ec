import type { TablePlan } from '@tickbase/schema/plan';

/**
 * Which columns of a table go into which section of a commit record. Logged: those whose persist is 'commit', and the
 * keys of every table whose rows are logged at all (primary key, unique columns, auto-increment; all columns of a table
 * that has no primary key, whose rows are their own keys). An insert logs the columns whose persist is 'snapshot', too: a row that came after
 * the last snapshot is brought back as it began, not as a row of defaults. The wire's section has what is not logged at every
 * change, of public tables only.
 */
export interface RecordColumns {
  /** Inserts and deletes are logged. */
  readonly isLogged: boolean;
  /** Column positions, ascending; empty when rows are not logged. */
  readonly logged: readonly number[];
  /** u32[maskWords]: `logged` as bits. */
  readonly loggedMask: Uint32Array;
  /** Column positions, ascending, of what an insert logs, and a snapshot holds; empty when rows are not logged. */
  readonly inserted: readonly number[];
  /** Column positions, ascending, of what only the wire needs. */
  readonly wireOnly: readonly number[];
  readonly wireOnlyMask: Uint32Array;
}

export function recordColumnsOf(plan: TablePlan): RecordColumns {
  const isLogged = !plan.isEvent && plan.persist !== 'never';
  const keys = new Set(plan.primaryKey ?? plan.columns.keys());
  for (const unique of plan.uniques) for (const column of unique) keys.add(column);
  for (const index of plan.indexes) if (index.isUnique) for (const column of index.columns) keys.add(column);
  const positions = [...plan.columns.keys()];
  const logged = positions.filter((position) => {
    const column = plan.columns[position]!;
    return isLogged && (keys.has(position) || column.autoInc || (column.persist ?? plan.persist) === 'commit');
  });
  const inserted = positions.filter((position) => {
    const column = plan.columns[position]!;
    return logged.includes(position) || (isLogged && (column.persist ?? plan.persist) === 'snapshot');
  });
  const wireOnly = plan.isPublic ? positions.filter((position) => !logged.includes(position)) : [];
  const maskWords = Math.ceil(positions.length / 32);
  return {
    isLogged,
    logged,
    loggedMask: maskOf(logged, maskWords),
    inserted,
    wireOnly,
    wireOnlyMask: maskOf(wireOnly, maskWords),
  };
}

function maskOf(positions: readonly number[], maskWords: number): Uint32Array {
  const mask = new Uint32Array(maskWords);
  for (const position of positions) mask[position >>> 5] = mask[position >>> 5]! | (1 << (position & 31));
  return mask;
}
