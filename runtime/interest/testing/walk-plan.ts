import type {
  ColumnPlan,
  IndexPlan,
  InterestPlan,
  Plan,
  QuantizePlan,
  TablePlan,
  TypePlan,
  VisibilityPlan,
} from '@tickbase/schema/plan';

const PLAIN_ENUM: TypePlan = {
  kind: 'enum',
  name: 'Mood',
  variants: [
    { id: 3, name: 'Calm', type: { kind: 'unit' } },
    { id: 7, name: 'Angry', type: { kind: 'unit' } },
  ],
};

/** The walk's module: each kind of table that views treat in its own way. `radiusMax` null: a module without interest. */
export function walkPlan(radiusMax: number | null, limits: Partial<InterestPlan> = {}): Plan {
  const tables = [
    makeTable(
      11,
      'item',
      {
        pk: 'u64',
        owner: 'identity',
        qty: 'i32',
        ratio: 'f64',
        note: { kind: 'option', of: { kind: 'string' } },
        mood: PLAIN_ENUM,
      },
      { indexes: ['owner'] },
    ),
    makeTable(
      23,
      'purse',
      { pk: 'u32', owner: 'identity', gold: 'u64', label: 'string' },
      { indexes: ['owner'], visibleTo: 'owner' },
    ),
    makeTable(
      37,
      'body',
      { pk: 'u32', floor: 'u16', x: 'f32', y: 'f32', heading: 'f32', hp: 'u16', kind: 'u8' },
      {
        indexes: ['kind'],
        quantize: {
          x: { kind: 'step', step: 0.25, min: null, max: null },
          y: { kind: 'step', step: 0.25, min: null, max: null },
          heading: { kind: 'angle', bits: 6 },
        },
        spatial: (at) => ({ kind: 'position', x: at('x'), y: at('y'), space: at('floor'), cell: 12 }),
      },
    ),
    makeTable(
      41,
      'plate',
      { pk: 'u32', body_id: 'u32', text: 'string' },
      { indexes: ['body_id'], spatial: (at) => ({ kind: 'follows', column: at('body_id'), table: 'body' }) },
    ),
    makeTable(
      53,
      'stash',
      { pk: 'u32', owner: 'identity', x: 'f64', y: 'f64', amount: 'i16' },
      {
        visibleTo: 'owner',
        spatial: (at) => ({ kind: 'position', x: at('x'), y: at('y'), space: null, cell: 7 }),
      },
    ),
    makeTable(67, 'shout', { pk: 'u32', owner: 'identity', loudness: 'u8', text: 'string' }, { isEvent: true }),
    makeTable(
      71,
      'boom',
      { pk: 'u32', floor: 'u16', x: 'f32', y: 'f32', power: 'i8' },
      {
        isEvent: true,
        spatial: (at) => ({ kind: 'position', x: at('x'), y: at('y'), space: at('floor'), cell: 9 }),
      },
    ),
    makeTable(
      83,
      'wide',
      Object.fromEntries([['pk', 'u32'], ...Array.from({ length: 39 }, (_, i) => [`c${i}`, 'u8'])]),
      { hidden: ['c36', 'c37', 'c38'] },
    ),
    makeTable(
      101,
      'crew',
      { pk: 'u32', owner: 'identity', team: 'u8', level: 'i32' },
      { indexes: ['owner', 'team', 'level'] },
    ),
    makeTable(
      103,
      'cargo',
      { pk: 'u32', team: 'u8', weight: 'i32', text: 'string' },
      { indexes: ['team', 'weight'], visibleBy: (at) => [throughCrew(at('team'))] },
    ),
    makeTable(
      107,
      'camp',
      { pk: 'u32', owner: 'identity', x: 'f32', y: 'f32', team: 'u8' },
      {
        indexes: ['team'],
        visibleTo: 'owner',
        visibleBy: (at) => [throughCrew(at('team'))],
        spatial: (at) => ({ kind: 'position', x: at('x'), y: at('y'), space: null, cell: 9 }),
      },
    ),
    makeTable(
      109,
      'signal',
      { pk: 'u32', team: 'u8', text: 'string' },
      { isEvent: true, visibleBy: (at) => [throughCrew(at('team'))] },
    ),
    makeTable(
      113,
      'vault',
      { pk: 'u32', team: 'u8', label: 'string', owner: 'identity', gold: 'u64', crew_team: 'u8' },
      {
        indexes: ['owner', 'crew_team'],
        visibleTo: 'owner',
        visibleBy: (at) => [throughCrew(at('crew_team'))],
        hidden: ['owner', 'gold', 'crew_team'],
      },
    ),
    makeTable(
      127,
      'wallet',
      { pk: 'u32', owner: 'identity', label: 'string', gold: 'u64', pin: 'u8' },
      { indexes: ['owner'], hidden: ['gold', 'pin'], own: 131 },
    ),
    makeTable(97, 'ledger', { pk: 'u32', secret: 'u32' }, { isPrivate: true }),
  ];
  return {
    planVersion: 1,
    tickRate: 20,
    tables,
    reducers: [],
    systems: [],
    interest: radiusMax === null ? null : { radiusMax, tiers: [], bytesPerSecond: 2 ** 30, rowsMax: null, ...limits },
  };
}

/** Those see it who are in a crew of the team. */
function throughCrew(column: number): VisibilityPlan {
  return { kind: 'through', column, table: 'crew', sender: 1, value: 2 };
}

interface TableOptions {
  readonly indexes?: readonly string[];
  readonly quantize?: Record<string, QuantizePlan>;
  readonly visibleTo?: string;
  readonly visibleBy?: (at: (column: string) => number) => readonly VisibilityPlan[];
  readonly isEvent?: boolean;
  readonly isPrivate?: boolean;
  /** The last columns. */
  readonly hidden?: readonly string[];
  /** The row's `owner` gets the hidden columns as a table of this id. */
  readonly own?: number;
  readonly spatial?: (at: (column: string) => number) => TablePlan['spatial'];
}

function makeTable(
  id: number,
  name: string,
  types: Record<string, TypePlan | string>,
  options: TableOptions,
): TablePlan {
  const makeColumn = ([column, type]: [string, TypePlan | string], i: number): ColumnPlan => ({
    id: id * 100 + i,
    name: column,
    accessor: column,
    type: typeof type === 'string' ? ({ kind: type } as TypePlan) : type,
    autoInc: false,
    default: null,
    quantize: options.quantize?.[column] ?? null,
    persist: null,
    references: null,
    ...(options.hidden?.includes(column) ? { isHidden: true } : {}),
  });
  const columns = Object.entries(types).map(makeColumn);
  const at = (column: string): number => columns.findIndex((known) => known.name === column);
  const indexes = ['pk', ...(options.indexes ?? [])].map((column): IndexPlan => ({
    name: `${name}_${column}`,
    accessor: column,
    algorithm: 'btree',
    columns: [at(column)],
    isUnique: column === 'pk',
  }));
  return {
    id,
    name,
    accessor: name,
    isPublic: options.isPrivate !== true,
    isEvent: options.isEvent === true,
    schedule: null,
    persist: 'commit',
    columns,
    primaryKey: options.isEvent === true ? null : [0],
    uniques: [],
    indexes,
    spatial: options.spatial?.(at) ?? null,
    visibleToColumn: options.visibleTo === undefined ? null : at(options.visibleTo),
    ...(options.visibleBy === undefined ? {} : { visibleBy: options.visibleBy(at) }),
    ...(options.own === undefined ? {} : { own: ownOf(name, options.own, options.hidden!.map(at), at('owner')) }),
  };
}

function ownOf(table: string, id: number, columns: readonly number[], owner: number): NonNullable<TablePlan['own']> {
  return { id, name: `${table}_own`, accessor: `${table}Own`, owner, columns };
}
