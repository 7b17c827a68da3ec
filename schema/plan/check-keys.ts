import { schemaError } from '../errors/schema-error.ts';
import { checkName } from './check-name.ts';
import type { IndexPlan, TablePlan } from './plan.ts';
import { isPlainEnum } from './storage-kind.ts';
import type { TypePlan } from './type-plan.ts';

const KEY_KINDS: ReadonlySet<string> = new Set(
  'u8 u16 u32 u64 u128 u256 i8 i16 i32 i64 i128 i256 bool string identity connectionId uuid timestamp timeDuration'.split(
    ' ',
  ),
);
const DIRECT_KINDS: ReadonlySet<string> = new Set(['u8', 'u16', 'u32', 'u64']);

/** Primary key, unique constraints and indexes of one table: their columns, types and accessors. */
export function checkKeys(table: TablePlan, where: string): void {
  for (const key of [...(table.primaryKey === null ? [] : [table.primaryKey]), ...table.uniques]) {
    checkColumnList(key, where);
    for (const position of key) {
      const { accessor, type } = table.columns[position]!;
      if (canBeKey(type)) continue;
      throw schemaError(
        'KEY_TYPE',
        `${where}, column ${accessor}`,
        `a column of type ${type.kind} cannot be a key or unique`,
      );
    }
  }
  const accessors = new Set<string>();
  const names = new Set<string>();
  for (const index of table.indexes) {
    checkIndex(table, index, `${where}, index ${index.accessor}`);
    if (accessors.has(index.accessor)) {
      throw schemaError('ACCESSOR_TAKEN', where, `two indexes have the accessor “${index.accessor}”`);
    }
    if (names.has(index.name)) throw schemaError('NAME_TAKEN', where, `two indexes are called ${index.name}`);
    accessors.add(index.accessor);
    names.add(index.name);
  }
}

function checkIndex(table: TablePlan, index: IndexPlan, where: string): void {
  checkName(index.accessor, where);
  checkColumnList(index.columns, where);
  const { algorithm } = index;
  if (algorithm !== 'btree' && algorithm !== 'hash' && algorithm !== 'direct') {
    throw schemaError('INDEX_ALGORITHM', where, `there is no algorithm “${String(algorithm)}”`);
  }
  for (const position of index.columns) {
    const { type, accessor } = table.columns[position]!;
    const isDirect = DIRECT_KINDS.has(type.kind) || isPlainEnum(type);
    if (algorithm === 'direct' && !(isDirect && index.columns.length === 1)) {
      throw schemaError('INDEX_DIRECT_TYPE', where);
    }
    const isFloat = type.kind === 'f32' || type.kind === 'f64';
    if (canBeKey(type) || (isFloat && algorithm === 'btree')) continue;
    throw schemaError('INDEX_TYPE', where, `column ${accessor} of type ${type.kind} cannot be in a ${algorithm} index`);
  }
}

function checkColumnList(columns: readonly number[], where: string): void {
  if (columns.length === 0) throw schemaError('KEY_COLUMNS', where, 'it names no column');
  if (new Set(columns).size !== columns.length) throw schemaError('KEY_COLUMNS', where, 'it names a column twice');
}

function canBeKey(type: TypePlan): boolean {
  return KEY_KINDS.has(type.kind) || isPlainEnum(type);
}
