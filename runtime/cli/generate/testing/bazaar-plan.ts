import type { ColumnPlan, Plan, TablePlan, TypePlan } from '@tickbase/schema/plan';

const COIN: TypePlan = {
  kind: 'object',
  name: 'Record',
  fields: [
    { name: 'metal', type: { kind: 'string' } },
    { name: 'grams', type: { kind: 'f64' } },
  ],
};

const PRICE: TypePlan = {
  kind: 'enum',
  name: 'Price',
  variants: [
    { id: 3, name: 'Free', type: { kind: 'unit' } },
    { id: 5, name: 'Coins', type: { kind: 'array', of: COIN } },
    { id: 8, name: 'Swap', type: { kind: 'option', of: { kind: 'u64' } } },
  ],
};

const OFFER: TypePlan = {
  kind: 'object',
  name: 'Ask',
  fields: [
    { name: 'price', type: PRICE },
    { name: 'until', type: { kind: 'scheduleAt' } },
  ],
};

const GRUDGE: TypePlan = { kind: 'enum', name: 'Grudge', variants: [{ id: 1, name: 'Old', type: { kind: 'unit' } }] };

/** A plan with every kind of type, names that need quotes, a key of two columns, events, a private table and a hidden column. */
export function bazaarPlan(): Plan {
  return {
    planVersion: 1,
    tickRate: 7,
    tables: [stall(), everything(), gong(), ledger()],
    reducers: [
      {
        id: 61,
        name: 'make_ask',
        accessor: 'make_ask',
        role: 'call',
        params: [
          { name: 'stall_id', accessor: 'stallId', type: { kind: 'u64' } },
          { name: 'ask', accessor: 'ask', type: OFFER },
          { name: 'notes', accessor: 'notes', type: { kind: 'array', of: { kind: 'option', of: { kind: 'string' } } } },
        ],
      },
      { id: 62, name: 'ring', accessor: 'ring', role: 'call', params: [] },
      { id: 63, name: 'clean_up', accessor: 'cleanUp', role: 'scheduled', params: [] },
    ],
    systems: [],
    interest: null,
  };
}

function stall(): TablePlan {
  const shown = tableOf(31, 'market_stall', 'marketStall', [
    ['row_number', 'rowNumber', { kind: 'u16' }],
    ['place', 'place', { kind: 'u16' }],
    ['owner', 'owner', { kind: 'identity' }],
    ['count', 'count', { kind: 'u32' }],
    ['price', 'price', PRICE],
  ]);
  return {
    ...shown,
    columns: [...shown.columns, { ...columnOf(3105, ['grudge', 'grudge', GRUDGE]), isHidden: true }],
    primaryKey: [0, 1],
    uniques: [[2]],
    indexes: [
      { name: 'a', accessor: 'rowNumberAndPlace', algorithm: 'btree', columns: [0, 1], isUnique: true },
      { name: 'b', accessor: 'owner', algorithm: 'hash', columns: [2], isUnique: true },
      { name: 'c', accessor: 'count', algorithm: 'btree', columns: [3], isUnique: false },
      { name: 'd', accessor: 'byPlaceAndCount', algorithm: 'btree', columns: [1, 3], isUnique: false },
      { name: 'e', accessor: 'byRow', algorithm: 'direct', columns: [0], isUnique: false },
      { name: 'f', accessor: 'byBoth', algorithm: 'hash', columns: [0, 3], isUnique: false },
      { name: 'g', accessor: 'byGrudge', algorithm: 'hash', columns: [5], isUnique: false },
    ],
  };
}

function everything(): TablePlan {
  const kinds = [
    'bool',
    'i8',
    'i16',
    'i32',
    'i64',
    'i128',
    'i256',
    'u8',
    'u32',
    'u128',
    'u256',
    'f32',
    'f64',
    'string',
    'bytes',
    'connectionId',
    'timestamp',
    'timeDuration',
    'uuid',
    'unit',
  ] as const;
  const pair: TypePlan = { kind: 'object', name: null, fields: [{ name: 'left-hand', type: { kind: 'u8' } }] };
  const side: TypePlan = {
    kind: 'enum',
    name: null,
    variants: [
      { id: 4, name: 'Left', type: { kind: 'unit' } },
      { id: 6, name: 'Right', type: pair },
    ],
  };
  return tableOf(37, 'coin', 'coin', [
    ...kinds.map((kind): ColumnScript => [`the_${kind.toLowerCase()}`, `the${kind}`, { kind }]),
    ['pair', 'pair', pair],
    ['sides', 'sides', { kind: 'array', of: side }],
    ['outcome', 'outcome', { kind: 'result', ok: COIN, err: { kind: 'string' } }],
  ]);
}

function gong(): TablePlan {
  return { ...tableOf(41, 'gong', 'gong', [['loudness', 'loudness', { kind: 'u16' }]]), isEvent: true };
}

function ledger(): TablePlan {
  return { ...tableOf(43, 'ledger', 'ledger', [['total', 'total', { kind: 'i64' }]]), isPublic: false };
}

type ColumnScript = [name: string, accessor: string, type: TypePlan];

function tableOf(id: number, name: string, accessor: string, columns: readonly ColumnScript[]): TablePlan {
  return {
    id,
    name,
    accessor,
    isPublic: true,
    isEvent: false,
    schedule: null,
    persist: 'commit',
    columns: columns.map((column, i) => columnOf(id * 100 + i, column)),
    primaryKey: null,
    uniques: [],
    indexes: [],
    spatial: null,
    visibleToColumn: null,
  };
}

function columnOf(id: number, [name, accessor, type]: ColumnScript): ColumnPlan {
  return { id, name, accessor, type, autoInc: false, default: null, quantize: null, persist: null, references: null };
}
