/** The members that the client gives every table handle; an index of such a name is reached by `$name` (the client's rule). */
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

export function indexAccessor(accessor: string): string {
  return TABLE_MEMBERS.has(accessor) ? `$${accessor}` : accessor;
}
