import type { Prng } from '@tickbase/base';
import type { Plan, TypePlan } from '@tickbase/schema/plan';
import { type IndexSketch, makePlan, type TableSketch } from './make-plan.ts';

/** A plan of two to four tables: columns of all storage kinds, indexes of all kinds, keys of one and of several columns, and none. */
export function randomPlan(prng: Prng): Plan {
  const tables: TableSketch[] = [];
  const count = prng.int(2, 4);
  for (let i = 0; i < count; i++) tables.push(randomTable(prng, `t${i}`));
  return makePlan(tables, { tickRate: prng.pick([0, 20]), reducers: [{ name: 'program' }] });
}

function randomTable(prng: Prng, name: string): TableSketch {
  const columns: Record<string, TypePlan> = {};
  const names: string[] = [];
  const add = (type: TypePlan): string => {
    const column = `c${names.length}`;
    names.push(column);
    columns[column] = type;
    return column;
  };
  const kind = prng.int(0, 9);
  const autoInc: string[] = [];
  let key: string[] | undefined;
  if (kind <= 3) {
    key = [add({ kind: prng.pick(['u8', 'u16', 'u32', 'u64', 'i8', 'i16', 'i32', 'i64', 'i128', 'u256'] as const) })];
    if (prng.int(0, 1) === 0) autoInc.push(key[0]!);
  } else if (kind <= 6) {
    key = [add(prng.pick(KEY_TYPES))];
  } else if (kind <= 8) {
    key = [add(prng.pick(KEY_TYPES)), add(prng.pick(KEY_TYPES))];
  }
  const columnCount = prng.int(2, prng.int(0, 9) === 0 ? 36 : 6);
  for (let i = 0; i < columnCount; i++) add(prng.pick(ALL_TYPES));
  const spatial =
    prng.int(0, 2) === 0
      ? { x: add({ kind: 'f32' }), y: add({ kind: 'f64' }), space: add({ kind: 'u16' }), cell: 8 }
      : undefined;
  const indexes: IndexSketch[] = [];
  const indexCount = prng.int(1, 3);
  for (let i = 0; i < indexCount; i++) {
    const free = names.filter((column) => key?.includes(column) !== true);
    const first = prng.pick(free);
    const second = prng.pick(free.filter((column) => column !== first));
    const isDirect = ['u8', 'u16', 'u32', 'u64'].includes(columns[first]!.kind) && prng.int(0, 2) === 0;
    const algorithm = isDirect ? 'direct' : prng.pick(['btree', 'hash'] as const);
    const isUnique = prng.int(0, isDirect ? 1 : 3) === 0;
    const indexed = isDirect || prng.int(0, 1) === 0 ? [first] : [first, second];
    indexes.push({ accessor: `i${i}`, algorithm, columns: indexed, isUnique });
  }
  const algorithm = prng.pick(['hash', 'btree'] as const);
  const first = key?.[0];
  const isDirectKey = key?.length === 1 && ['u8', 'u16', 'u32'].includes(columns[first!]!.kind) && prng.int(0, 1) === 0;
  return {
    name,
    columns,
    ...(key === undefined ? {} : { key, keyAlgorithm: isDirectKey ? 'direct' : algorithm }),
    autoInc,
    indexes,
    isEvent: prng.int(0, 5) === 0,
    persist: prng.pick(['commit', 'commit', 'snapshot', 'never']),
    persistOf: { [names.at(-1)!]: prng.pick(['commit', 'snapshot', 'never']) },
    ...(spatial === undefined ? {} : { spatial }),
  };
}

const PLAIN_ENUM: TypePlan = {
  kind: 'enum',
  name: 'Mood',
  variants: [
    { id: 4, name: 'Calm', type: { kind: 'unit' } },
    { id: 9, name: 'Angry', type: { kind: 'unit' } },
  ],
};

const ENCODED_TYPES: readonly TypePlan[] = [
  { kind: 'bytes' },
  { kind: 'option', of: { kind: 'u16' } },
  { kind: 'array', of: { kind: 'string' } },
  { kind: 'option', of: { kind: 'f64' } },
  {
    kind: 'object',
    name: null,
    fields: [
      { name: 'a', type: { kind: 'i16' } },
      { name: 'b', type: { kind: 'string' } },
    ],
  },
  {
    kind: 'enum',
    name: 'Deed',
    variants: [
      { id: 3, name: 'Rest', type: { kind: 'unit' } },
      { id: 7, name: 'Walk', type: { kind: 'u8' } },
    ],
  },
  { kind: 'scheduleAt' },
];

const KEY_TYPES: readonly TypePlan[] = [
  { kind: 'bool' },
  { kind: 'u32' },
  { kind: 'i16' },
  { kind: 'u64' },
  { kind: 'i64' },
  { kind: 'u128' },
  { kind: 'i256' },
  { kind: 'string' },
  { kind: 'identity' },
  { kind: 'connectionId' },
  { kind: 'uuid' },
  { kind: 'timestamp' },
  PLAIN_ENUM,
  ...ENCODED_TYPES,
];

const ALL_TYPES: readonly TypePlan[] = [
  ...KEY_TYPES,
  { kind: 'u8' },
  { kind: 'i8' },
  { kind: 'u16' },
  { kind: 'i32' },
  { kind: 'f32' },
  { kind: 'f64' },
  { kind: 'i128' },
  { kind: 'u256' },
  { kind: 'timeDuration' },
];
