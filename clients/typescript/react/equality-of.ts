import type { Predicate } from '@tickbase/schema/query';

/** A column that has one value in all rows of a query. */
export interface Equality {
  /** Canonical. */
  readonly column: string;
  /** Undefined: the sender's identity. */
  readonly value: unknown;
}

/** By which equality the rows of a query are found; one on a column of `preferred` before others. Null: it asks for none. */
export function equalityOf(where: Predicate | null, preferred: ReadonlySet<string>): Equality | null {
  if (where === null) return null;
  const items = where.op === 'and' ? where.items : [where];
  let found: Equality | null = null;
  for (const item of items) {
    if (item.op !== 'eq') continue;
    const { column, value } = item;
    const equality = { column, value: value.kind === 'sender' ? undefined : value.value };
    if (preferred.has(column)) return equality;
    found ??= equality;
  }
  return found;
}
