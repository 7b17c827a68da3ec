import { schemaError } from '../errors/schema-error.ts';
import { defaultValueOf } from './default-value-of.ts';
import type { ColumnPlan, Plan, QuantizePlan, TablePlan } from './plan.ts';

const STEPS_MAX = 2 ** 32;

/** What single columns have beside their types: autoInc, default, quantization, persist, references. */
export function checkColumns(table: TablePlan, plan: Plan, where: string): void {
  const keyed = new Set([...(table.primaryKey ?? []), ...table.uniques.flat()]);
  const indexed = new Set(table.indexes.flatMap((index) => index.columns));
  table.columns.forEach((column, position) => {
    const place = `${where}, column ${column.accessor}`;
    checkNumbering(column, keyed.has(position), place);
    if (column.quantize !== null) {
      if (keyed.has(position) || indexed.has(position)) throw schemaError('QUANTIZE_KEYED', place);
      checkQuantize(column, column.quantize, place);
    }
    checkPersist(column, table, keyed.has(position), place);
    checkReference(column, plan, place);
  });
  checkPersistWord(table.persist, where);
  if (table.isEvent && table.persist !== 'never') {
    throw schemaError(
      'PERSIST_INVALID',
      where,
      `an event table cannot have persist "${table.persist}": its rows do not last`,
    );
  }
}

function checkNumbering(column: ColumnPlan, isKeyed: boolean, place: string): void {
  if (column.autoInc && !/^[ui]\d+$/.test(column.type.kind)) {
    throw schemaError('AUTO_INC_TYPE', place, `autoInc is on a column of type ${column.type.kind}`);
  }
  if (column.default === null) return;
  if (column.autoInc) throw schemaError('AUTO_INC_DEFAULT', place);
  if (isKeyed) throw schemaError('DEFAULT_KEYED', place);
}

function checkQuantize(column: ColumnPlan, quantize: QuantizePlan, place: string): void {
  const { kind } = column.type;
  if (kind !== 'f32' && kind !== 'f64') {
    throw schemaError('QUANTIZE_TYPE', place, `quantize or angle is on a column of type ${kind}`);
  }
  if (quantize.kind === 'angle') {
    const { bits } = quantize;
    if (!(Number.isInteger(bits) && bits >= 1 && bits <= 16)) {
      throw schemaError('ANGLE_BITS', place, `${String(bits)} bits are no whole number from 1 to 16`);
    }
    return;
  }
  const { step, min, max } = quantize;
  if (!(Number.isFinite(step) && step > 0)) {
    throw schemaError('QUANTIZE_STEP', place, `the step is ${String(step)}, which is no finite number above 0`);
  }
  if (min === null && max === null) return;
  const isRange = Number.isFinite(min) && Number.isFinite(max) && min! < max! && (max! - min!) / step <= STEPS_MAX;
  if (!isRange) {
    throw schemaError(
      'QUANTIZE_RANGE',
      place,
      `min ${String(min)} and max ${String(max)} with step ${step} are no usable range`,
    );
  }
  if (column.default === null) return;
  const value = defaultValueOf(column.type, column.default.json) as number;
  if (!(value >= min! && value <= max!)) {
    throw schemaError('QUANTIZE_DEFAULT', place, `the default ${value} is not within ${min} to ${max}`);
  }
}

function checkPersist(column: ColumnPlan, table: TablePlan, isKeyed: boolean, place: string): void {
  const { persist } = column;
  if (persist === null) return;
  checkPersistWord(persist, place);
  if (isKeyed)
    throw schemaError('PERSIST_INVALID', place, 'a key column has no persist of its own: keys are always kept');
  if (table.persist === 'never' && persist !== 'never') {
    throw schemaError('PERSIST_INVALID', place, `persist is "${persist}" in a table of which nothing is kept`);
  }
}

function checkPersistWord(persist: string, place: string): void {
  if (persist === 'commit' || persist === 'snapshot' || persist === 'never') return;
  throw schemaError('PERSIST_INVALID', place, `persist is “${String(persist)}”, not "commit", "snapshot" or "never"`);
}

function checkReference(column: ColumnPlan, plan: Plan, place: string): void {
  if (column.references === null) return;
  const target = plan.tables.find(({ name }) => name === column.references);
  const key = target?.primaryKey?.length === 1 ? target.columns[target.primaryKey[0]!]! : null;
  if (key === null) {
    throw schemaError('REFERENCES_KEY', place, `the table ${column.references} has no primary key of one column`);
  }
  if (JSON.stringify(key.type) === JSON.stringify(column.type)) return;
  throw schemaError(
    'REFERENCES_TYPE',
    place,
    `it is of type ${column.type.kind}, the primary key of ${column.references} of ${key.type.kind}`,
  );
}
