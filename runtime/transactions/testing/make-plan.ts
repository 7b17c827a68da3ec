import type {
  ColumnPlan,
  DefaultPlan,
  IndexPlan,
  Persist,
  Plan,
  ReducerPlan,
  SpatialPlan,
  TablePlan,
  TypePlan,
} from '@tickbase/schema/plan';

/** A plan from short descriptions, for tests of this room: columns by accessor, everything else by column names. */
export function makePlan(tables: readonly TableSketch[], options: PlanSketch = {}): Plan {
  return {
    planVersion: 1,
    tickRate: options.tickRate ?? 0,
    tables: tables.map(makeTable),
    reducers: (options.reducers ?? []).map((reducer, position) => ({
      id: 70 + position,
      name: reducer.name,
      accessor: reducer.name,
      params: Object.entries(reducer.params ?? {}).map(([name, type]) => ({ name, accessor: name, type })),
      role: reducer.role ?? 'call',
    })),
    systems: (options.systems ?? []).map((system) => ({
      name: system.name,
      accessor: system.name,
      everyTicks: system.everyTicks,
    })),
    interest: options.hasInterest === true ? { radiusMax: 96, tiers: [], bytesPerSecond: 50_000, rowsMax: null } : null,
  };
}

export interface PlanSketch {
  readonly tickRate?: number;
  readonly reducers?: readonly {
    readonly name: string;
    readonly params?: Readonly<Record<string, TypePlan>>;
    readonly role?: ReducerPlan['role'];
  }[];
  readonly systems?: readonly { readonly name: string; readonly everyTicks: number }[];
  readonly hasInterest?: boolean;
}

export interface TableSketch {
  readonly name: string;
  readonly columns: Readonly<Record<string, TypePlan>>;
  readonly key?: readonly string[];
  readonly keyAlgorithm?: IndexPlan['algorithm'];
  readonly autoInc?: readonly string[];
  readonly defaults?: Readonly<Record<string, DefaultPlan>>;
  readonly indexes?: readonly IndexSketch[];
  readonly isEvent?: boolean;
  readonly persist?: Persist;
  readonly persistOf?: Readonly<Record<string, Persist>>;
  readonly schedule?: { readonly reducer: string; readonly column: string };
  readonly spatial?: { readonly x: string; readonly y: string; readonly space?: string; readonly cell: number };
}

export interface IndexSketch {
  readonly accessor: string;
  readonly algorithm: IndexPlan['algorithm'];
  readonly columns: readonly string[];
  readonly isUnique?: boolean;
}

function makeTable(sketch: TableSketch, position: number): TablePlan {
  const names = Object.keys(sketch.columns);
  const place = (name: string): number => names.indexOf(name);
  const columns = names.map((name, column): ColumnPlan => ({
    id: 100 * (position + 1) + column,
    name,
    accessor: name,
    type: sketch.columns[name]!,
    autoInc: sketch.autoInc?.includes(name) === true,
    default: sketch.defaults?.[name] ?? null,
    quantize: null,
    persist: sketch.persistOf?.[name] ?? null,
    references: null,
  }));
  const indexes = (sketch.indexes ?? []).map((index): IndexPlan => ({
    name: `${sketch.name}_${index.accessor}`,
    accessor: index.accessor,
    algorithm: index.algorithm,
    columns: index.columns.map(place),
    isUnique: index.isUnique === true,
  }));
  const { key, schedule, spatial } = sketch;
  if (key !== undefined) {
    indexes.unshift({
      name: `${sketch.name}_key`,
      accessor: key.length === 1 ? key[0]! : 'key',
      algorithm: sketch.keyAlgorithm ?? 'hash',
      columns: key.map(place),
      isUnique: true,
    });
  }
  const spatialPlan: SpatialPlan | null =
    spatial === undefined
      ? null
      : {
          kind: 'position',
          x: place(spatial.x),
          y: place(spatial.y),
          space: spatial.space === undefined ? null : place(spatial.space),
          cell: spatial.cell,
        };
  return {
    id: 11 + 3 * position,
    name: sketch.name,
    accessor: sketch.name,
    isPublic: true,
    isEvent: sketch.isEvent === true,
    schedule: schedule === undefined ? null : { reducer: schedule.reducer, column: place(schedule.column) },
    persist: sketch.persist ?? 'commit',
    columns,
    primaryKey: key === undefined ? null : key.map(place),
    uniques: (sketch.indexes ?? []).filter((index) => index.isUnique).map((index) => index.columns.map(place)),
    indexes,
    spatial: spatialPlan,
    visibleToColumn: null,
  };
}
