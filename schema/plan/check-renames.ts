import { schemaError } from '../errors/schema-error.ts';
import type { NamedItem } from './item-before.ts';
import type { Plan } from './plan.ts';

/**
 * Old names must not be names of today: a table that is called as another was could be either. Nor may what is said to be removed be
 * there.
 */
export function checkRenames(plan: Plan): void {
  checkOldNames(plan.tables, 'table', 'schema(…)');
  for (const { accessor, columns } of plan.tables) checkOldNames(columns, 'column', `table ${accessor}`);
  for (const removed of plan.removed ?? []) {
    const [tableName = '', columnName, more] = removed.split('.');
    const where = `schema(…), removed, ${removed}`;
    if (tableName === '' || columnName === '' || more !== undefined) throw schemaError('REMOVED_INVALID', where);
    const table = plan.tables.find((candidate) => isCalled(candidate, tableName));
    const isThere =
      columnName === undefined
        ? table !== undefined
        : table?.columns.some((candidate) => isCalled(candidate, columnName)) === true;
    if (isThere) throw schemaError('REMOVED_INVALID', where, `${removed} is in the schema`);
  }
}

function checkOldNames(
  items: readonly (NamedItem & { readonly accessor: string })[],
  what: string,
  where: string,
): void {
  const heirs = new Map<string, string>();
  for (const item of items) {
    for (const old of item.renamedFrom ?? []) {
      const place = `${where}, ${what} ${item.accessor}`;
      const owner = items.find((candidate) => isCalled(candidate, old));
      if (owner !== undefined) {
        const whose = owner === item ? 'its own' : `that of the ${what} ${owner.accessor}`;
        throw schemaError('RENAMED_FROM_TAKEN', place, `the old name “${old}” is ${whose} today`);
      }
      const heir = heirs.get(old);
      if (heir !== undefined) throw schemaError('RENAMED_FROM_TAKEN', place, `${heir} was renamed from “${old}”, too`);
      heirs.set(old, item.accessor);
    }
  }
}

function isCalled({ name, accessor }: NamedItem, text: string): boolean {
  return name === text || accessor === text;
}
