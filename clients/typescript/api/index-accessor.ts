/** Members that every table handle has. An index of such a name is reached by `$name`. */
const TABLE_MEMBERS: ReadonlySet<string> = new Set([
  'count',
  'iter',
  'onInsert',
  'onDelete',
  'onUpdate',
  'onMissed',
  'removeOnInsert',
  'removeOnDelete',
  'removeOnUpdate',
  'removeOnMissed',
]);

/** The name by which a table handle has an index. */
export function indexAccessor(accessor: string): string {
  return TABLE_MEMBERS.has(accessor) ? `$${accessor}` : accessor;
}
