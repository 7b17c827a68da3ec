/** Members that every table handle of a client has. An index of such a name is reached by `$name`. */
const TABLE_MEMBERS: ReadonlySet<string> = new Set([
  'count',
  'iter',
  'cells',
  'onInsert',
  'onDelete',
  'onUpdate',
  'onMissed',
  'removeOnInsert',
  'removeOnDelete',
  'removeOnUpdate',
  'removeOnMissed',
]);

/** The name by which a client's table handle has an index: generated types and the handles themselves agree by it. */
export function clientIndexAccessor(accessor: string): string {
  return TABLE_MEMBERS.has(accessor) ? `$${accessor}` : accessor;
}
