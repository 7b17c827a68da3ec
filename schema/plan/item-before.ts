/** What a table, column, reducer or variant is known by. */
export interface NamedItem {
  readonly name: string;
  readonly accessor?: string;
  readonly renamedFrom?: readonly string[];
}

/**
 * What an item of a plan was in the plan before: the one of the same name, else the one that has a name, or an accessor, which the item was renamed from, the
 * newest of its old names first; null: it is new.
 */
export function itemBefore<Item extends NamedItem>(item: NamedItem, before: readonly Item[] | undefined): Item | null {
  const same = before?.find(({ name }) => name === item.name);
  if (same !== undefined || before === undefined) return same ?? null;
  for (const old of (item.renamedFrom ?? []).toReversed()) {
    const renamed = before.find(({ name }) => name === old) ?? before.find(({ accessor }) => accessor === old);
    if (renamed !== undefined) return renamed;
  }
  return null;
}
