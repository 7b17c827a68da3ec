import type { ColumnPlan, Plan, ReducerPlan, ReducerRole, TablePlan, TypePlan } from '@tickbase/schema/plan';

/** A small module's plan: public tables `body` and `crowded`, the private one `purse`, reducers of every role. */
export function stagePlan(tickRate: number): Plan {
  return {
    planVersion: 1,
    tickRate,
    tables: [
      table(5, 'body', true, [column(1, 'id', { kind: 'u64' }), column(2, 'x', { kind: 'f32' })]),
      table(6, 'purse', false, [column(1, 'owner', { kind: 'identity' }), column(2, 'gold', { kind: 'u32' })]),
      table(9, 'crowded', true, [column(1, 'id', { kind: 'u32' })]),
    ],
    reducers: [
      reducer(MOVE, 'move', 'call', [{ kind: 'f32' }, { kind: 'f32' }]),
      reducer(POKE, 'poke', 'call', [{ kind: 'u8' }]),
      reducer(SAY, 'say', 'call', [{ kind: 'string' }]),
      reducer(LIST, 'list', 'call', [{ kind: 'array', of: { kind: 'option', of: { kind: 'bool' } } }]),
      reducer(WAKE, 'wake', 'scheduled', [{ kind: 'u8' }]),
      reducer(GREET, 'greet', 'clientConnected', []),
    ],
    systems: [],
    interest: null,
  };
}

/** Reducer ids. */
export const MOVE = 21;
export const POKE = 22;
export const SAY = 23;
export const LIST = 24;
export const WAKE = 31;
export const GREET = 32;

function table(id: number, name: string, isPublic: boolean, columns: ColumnPlan[]): TablePlan {
  return {
    id,
    name,
    accessor: name,
    isPublic,
    isEvent: false,
    schedule: null,
    persist: 'commit',
    columns,
    primaryKey: [0],
    uniques: [],
    indexes: [],
    spatial: null,
    visibleToColumn: null,
  };
}

function column(id: number, name: string, type: TypePlan): ColumnPlan {
  return {
    id,
    name,
    accessor: name,
    type,
    autoInc: false,
    default: null,
    quantize: null,
    persist: null,
    references: null,
  };
}

function reducer(id: number, name: string, role: ReducerRole, types: TypePlan[]): ReducerPlan {
  const params = types.map((type, place) => ({ name: `p${place}`, accessor: `p${place}`, type }));
  return { id, name, accessor: name, params, role };
}
