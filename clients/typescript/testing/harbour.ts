import type { WireSchema } from '@tickbase/protocol';
import type { RemoteModule } from '../module/remote-module.ts';

/** Generated code as it would be for a small module: boats that move, notes without a key, horns that are events. */
export const HARBOUR = {
  tables: [
    {
      name: 'boat',
      accessor: 'boat',
      isEvent: false,
      columns: [
        { name: 'id', accessor: 'id', type: { kind: 'u64' } },
        { name: 'captain', accessor: 'captain', type: { kind: 'identity' } },
        { name: 'kind', accessor: 'kind', type: { kind: 'u8' } },
        { name: 'pos_x', accessor: 'posX', type: { kind: 'f32' } },
        { name: 'name', accessor: 'name', type: { kind: 'string' } },
      ],
      primaryKey: ['id'],
      indexes: [
        { accessor: 'id', algorithm: 'btree', columns: ['id'], isUnique: true },
        { accessor: 'captain', algorithm: 'hash', columns: ['captain'], isUnique: true },
        { accessor: 'kind', algorithm: 'btree', columns: ['kind'], isUnique: false },
        { accessor: 'kindAndName', algorithm: 'btree', columns: ['kind', 'name'], isUnique: false },
        { accessor: 'count', algorithm: 'hash', columns: ['name'], isUnique: false },
      ],
    },
    {
      name: 'note',
      accessor: 'note',
      isEvent: false,
      columns: [
        { name: 'berth', accessor: 'berth', type: { kind: 'u32' } },
        { name: 'text', accessor: 'text', type: { kind: 'string' } },
      ],
      primaryKey: null,
      indexes: [],
    },
    {
      name: 'horn',
      accessor: 'horn',
      isEvent: true,
      columns: [{ name: 'loudness', accessor: 'loudness', type: { kind: 'u16' } }],
      primaryKey: null,
      indexes: [],
    },
  ],
  reducers: [
    {
      name: 'rename_boat',
      accessor: 'renameBoat',
      params: [
        { name: 'boat_id', accessor: 'boatId', type: { kind: 'u64' } },
        { name: 'name', accessor: 'name', type: { kind: 'string' } },
      ],
    },
    { name: 'sound_horn', accessor: 'soundHorn', params: [] },
  ],
} as const satisfies RemoteModule;

/** The server's view of it, with a table, a column and a reducer that the generated code does not know. */
export function harbourSchema(): WireSchema {
  return {
    tables: [
      {
        id: 23,
        name: 'tide',
        isEvent: false,
        columns: [{ id: 3, name: 'height', type: { kind: 'f64' }, quantize: null }],
        primaryKey: null,
        spatial: null,
      },
      {
        id: 31,
        name: 'boat',
        isEvent: false,
        columns: [
          { id: 2, name: 'hull', type: { kind: 'string' }, quantize: null },
          { id: 5, name: 'id', type: { kind: 'u64' }, quantize: null },
          { id: 6, name: 'captain', type: { kind: 'identity' }, quantize: null },
          { id: 7, name: 'kind', type: { kind: 'u8' }, quantize: null },
          { id: 8, name: 'pos_x', type: { kind: 'f32' }, quantize: { kind: 'step', step: 0.25, min: null, max: null } },
          { id: 9, name: 'name', type: { kind: 'string' }, quantize: null },
        ],
        primaryKey: [1],
        spatial: null,
      },
      {
        id: 42,
        name: 'note',
        isEvent: false,
        columns: [
          { id: 4, name: 'berth', type: { kind: 'u32' }, quantize: null },
          { id: 6, name: 'text', type: { kind: 'string' }, quantize: null },
        ],
        primaryKey: null,
        spatial: null,
      },
      {
        id: 57,
        name: 'horn',
        isEvent: true,
        columns: [{ id: 9, name: 'loudness', type: { kind: 'u16' }, quantize: null }],
        primaryKey: null,
        spatial: null,
      },
    ],
    reducers: [
      { id: 61, name: 'dredge', params: [] },
      {
        id: 64,
        name: 'rename_boat',
        params: [
          { name: 'name', type: { kind: 'string' } },
          { name: 'boat_id', type: { kind: 'u64' } },
        ],
      },
      { id: 68, name: 'sound_horn', params: [] },
    ],
  };
}

export const BOAT_TABLE_ID = 31;
export const NOTE_TABLE_ID = 42;
export const HORN_TABLE_ID = 57;
