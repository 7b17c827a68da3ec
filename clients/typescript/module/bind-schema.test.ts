import { TickbaseError } from '@tickbase/base';
import type { WireSchema } from '@tickbase/protocol';
import { expect, test } from 'vitest';
import { HARBOUR, harbourSchema } from '../testing/harbour.ts';
import { bindSchema } from './bind-schema.ts';

test('tables, columns and reducers are bound by name, whatever their ids and places', () => {
  const bound = bindSchema(HARBOUR, harbourSchema());
  expect([...bound.tables.keys()]).toEqual([31, 42, 57]);
  expect(bound.tables.get(31)).toMatchObject({ positions: [-1, 0, 1, 2, 3, 4], places: [1, 2, 3, 4, 5] });
  expect([...bound.reducers.keys()]).toEqual(['renameBoat', 'soundHorn']);
});

const MISMATCHES: [what: string, where: string, change: (schema: WireSchema) => void][] = [
  ['the server has no such table', 'table boat', (s) => (s.tables[1]!.name = 'ship')],
  ['it is an event table on the server', 'table note', (s) => (s.tables[2]!.isEvent = true)],
  ['it is no event table on the server', 'table horn', (s) => (s.tables[3]!.isEvent = false)],
  ['no such column', 'table boat, column pos_x', (s) => (s.tables[1]!.columns[4]!.name = 'east')],
  [
    'its type is f64 on the server and f32 here',
    'table boat, column pos_x',
    (s) => (s.tables[1]!.columns[4]!.type = { kind: 'f64' }),
  ],
  [
    'its type is option<string> on the server and string here',
    'table boat, column name',
    (s) => (s.tables[1]!.columns[5]!.type = { kind: 'option', of: { kind: 'string' } }),
  ],
  ['its primary key is none on the server and (id) here', 'table boat', (s) => (s.tables[1]!.primaryKey = null)],
  ['its primary key is (id, kind) on the server', 'table boat', (s) => (s.tables[1]!.primaryKey = [1, 3])],
  ['no such reducer', 'reducer rename_boat', (s) => (s.reducers[1]!.name = 'name_boat')],
  [
    'the type of its parameter boat_id is u32 on the server and u64 here',
    'reducer rename_boat',
    (s) => (s.reducers[1]!.params[1]!.type = { kind: 'u32' }),
  ],
  [
    'the server wants a parameter colour',
    'reducer sound_horn',
    (s) => s.reducers[2]!.params.push({ name: 'colour', type: { kind: 'u8' } }),
  ],
  ['the server knows no parameter boat_id', 'reducer rename_boat', (s) => s.reducers[1]!.params.pop()],
];

test.each(MISMATCHES)('a mismatch names its place: %s', (what, where, change) => {
  const schema = harbourSchema();
  change(schema);
  let caught: unknown;
  try {
    bindSchema(HARBOUR, schema);
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(TickbaseError);
  expect(caught).toMatchObject({ code: 'SCHEMA_MISMATCH', where });
  expect((caught as TickbaseError).what).toContain(what);
});

function flagType(tag: string, id: number) {
  return {
    kind: 'enum' as const,
    name: 'Flag',
    variants: [
      { id, name: tag, type: { kind: 'unit' as const } },
      { id: id + 1, name: 'Striped', type: { kind: 'u8' as const } },
    ],
  };
}

test('ids of variants and the order of fields are the server’s affair; names are not', () => {
  const schema = harbourSchema();
  const column = (t: ReturnType<typeof flagType>) => ({ name: 'flag', accessor: 'flag', type: t });
  schema.tables[2]!.columns.push({ id: 77, name: 'flag', type: flagType('Plain', 9), quantize: null });
  const module = (tag: string) => ({
    ...HARBOUR,
    tables: HARBOUR.tables.map((table) =>
      table.name === 'note' ? { ...table, columns: [...table.columns, column(flagType(tag, 3))] } : table,
    ),
  });
  expect(() => bindSchema(module('Plain'), schema)).not.toThrow();
  expect(() => bindSchema(module('Checked'), schema)).toThrowError(
    /Plain \| Striped\(u8\) on the server and Checked \| Striped\(u8\)/,
  );
});

test('a private table that the server does not show is no mismatch', () => {
  const [boat, ...others] = HARBOUR.tables;
  const module = { ...HARBOUR, tables: [{ ...boat, name: 'log_book', isPrivate: true }, ...others] };
  expect([...bindSchema(module, harbourSchema()).tables.keys()]).toEqual([42, 57]);
});
