import type { Plan, TablePlan } from '@tickbase/schema/plan';
import { expect, test } from 'vitest';
import { bodyTable } from '../testing/body-fixture.ts';
import { hashWireSchema } from './hash-wire-schema.ts';
import { wireSchemaOf } from './wire-schema-of.ts';

const table = (id: number, name: string, isPublic: boolean): TablePlan => ({
  id,
  name,
  accessor: name,
  isPublic,
  isEvent: false,
  schedule: null,
  persist: 'commit',
  columns: [
    {
      id: id + 100,
      name: 'owner_id',
      accessor: 'ownerId',
      type: { kind: 'u64' },
      autoInc: false,
      default: null,
      quantize: null,
      persist: null,
      references: null,
    },
  ],
  primaryKey: [0],
  uniques: [],
  indexes: [],
  spatial: null,
  visibleToColumn: null,
});

const PLAN: Plan = {
  planVersion: 1,
  tickRate: 20,
  tables: [table(4, 'purse', true), table(5, 'secret', false)],
  reducers: [
    {
      id: 8,
      name: 'pay',
      accessor: 'pay',
      params: [{ name: 'to_id', accessor: 'toId', type: { kind: 'u64' } }],
      role: 'call',
    },
    { id: 9, name: 'on_timer', accessor: 'onTimer', params: [], role: 'scheduled' },
    { id: 10, name: 'init', accessor: 'init', params: [], role: 'init' },
  ],
  systems: [],
  interest: null,
};

test('clients learn of public tables and of reducers that they may call, and of nothing else', () => {
  expect(wireSchemaOf(PLAN)).toEqual({
    tables: [
      {
        id: 4,
        name: 'purse',
        isEvent: false,
        columns: [{ id: 104, name: 'owner_id', type: { kind: 'u64' }, quantize: null }],
        primaryKey: [0],
        spatial: null,
      },
    ],
    reducers: [{ id: 8, name: 'pay', params: [{ name: 'to_id', type: { kind: 'u64' } }] }],
  });
});

test('the hash stays the same for the same schema and moves with any part of it', () => {
  const hashes = new Set<string>();
  const variants = [
    bodyTable(),
    { ...bodyTable(), id: 8 },
    { ...bodyTable(), name: 'bodies' },
    { ...bodyTable(), isEvent: true },
    { ...bodyTable(), primaryKey: null },
    { ...bodyTable(), spatial: null },
    { ...bodyTable(), columns: bodyTable().columns.slice(1) },
    { ...bodyTable(), columns: bodyTable().columns.map(({ id, name, type }) => ({ id, name, type, quantize: null })) },
    {
      ...bodyTable(),
      columns: bodyTable().columns.map(({ id, name, quantize }) => ({
        id,
        name,
        quantize,
        type: { kind: 'f64' } as const,
      })),
    },
  ];
  for (const variant of variants) {
    const hash = hashWireSchema({ tables: [variant], reducers: [] });
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    hashes.add(hash);
  }
  expect(hashes.size).toBe(variants.length);
  expect(hashWireSchema({ tables: [bodyTable()], reducers: [] })).toBe(
    hashWireSchema({ tables: [bodyTable()], reducers: [] }),
  );
});
