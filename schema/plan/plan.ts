import type { DefaultPlan } from './default-plan.ts';
import type { TypePlan } from './type-plan.ts';

/**
 * A module as plain data (JSON). Runtime, wire, code generation and migrations work from it alone.
 * Arrays are in the order of the module's declarations; *position* is a place in such an array, *id* is what
 * the wire and the disk use: given once for a database, kept in its data folder, never reused.
 * `name` is the canonical spelling (snake case: SQL, wire, disk), `accessor` the module's own spelling.
 */
export interface Plan {
  readonly planVersion: 1;
  /** Ticks a second, 0…240; 0: every call at once, each a commit of its own. */
  readonly tickRate: number;
  readonly tables: readonly TablePlan[];
  readonly reducers: readonly ReducerPlan[];
  readonly systems: readonly SystemPlan[];
  readonly interest: InterestPlan | null;
  /** An identity has one connection at a time: a further one takes its place, or is refused. Left out: any number. */
  readonly sessions?: 'newest' | 'oldest';
  /** Tables (`purse`) and columns (`purse.gold`), by name or accessor, that may be dropped from a database together with what is in them. */
  readonly removed?: readonly string[];
  /** Set by assignIds: the lowest ids that were never given. */
  readonly nextIds?: { readonly table: number; readonly reducer: number };
}

export interface TablePlan {
  readonly id: number;
  readonly name: string;
  readonly accessor: string;
  /** Names or accessors that it has had. */
  readonly renamedFrom?: readonly string[];
  readonly isPublic: boolean;
  readonly isEvent: boolean;
  /** Rows of a schedule table call this reducer (by name) with the row as its one argument. */
  readonly schedule: { readonly reducer: string; readonly column: number } | null;
  readonly persist: Persist;
  /** Hidden ones last, so that a column that clients get has one position for all. */
  readonly columns: readonly ColumnPlan[];
  /** Column positions; null: the table is a set of rows. */
  readonly primaryKey: readonly number[] | null;
  /** Unique constraints beside the primary key: column positions of each. */
  readonly uniques: readonly (readonly number[])[];
  /** Every index, those of the primary key and of unique constraints included, each reachable by its accessor. */
  readonly indexes: readonly IndexPlan[];
  readonly spatial: SpatialPlan | null;
  /** Rows whose column equals the sender's identity are visible; null: no such rule. Column position. */
  readonly visibleToColumn: number | null;
  /** Further rules; a row is visible when one of all holds. Left out: none. Without any rule all rows are visible. */
  readonly visibleBy?: readonly VisibilityPlan[];
  /** Hidden columns that a row's owner gets all the same, in a table of their own, see ownTable. Left out: there are none. */
  readonly own?: OwnPlan;
  /** Set by assignIds: the lowest column id that was never given in this table. */
  readonly nextColumnId?: number;
}

export type VisibilityPlan =
  /** As visibleToColumn, by another column. */
  | { readonly kind: 'identity'; readonly column: number }
  /**
   * Visible to whom a row of a table (by name, perhaps this one) says so: one whose `sender` column is their identity, and whose `value`
   * column equals the row's `column`. Column positions.
   */
  | {
      readonly kind: 'through';
      readonly column: number;
      readonly table: string;
      readonly sender: number;
      readonly value: number;
    };

/** To clients a table like others: `id` is one of the tables' ids. */
export interface OwnPlan {
  readonly id: number;
  readonly name: string;
  readonly accessor: string;
  /** Whose identity it is, as a column position. */
  readonly owner: number;
  /** Column positions, ascending; all of them hidden. */
  readonly columns: readonly number[];
}

/** 'commit': every change is logged. 'snapshot': values only in snapshots. 'never': only sequence positions. */
export type Persist = 'commit' | 'snapshot' | 'never';

export interface ColumnPlan {
  readonly id: number;
  readonly name: string;
  readonly accessor: string;
  /** Names or accessors that it has had. */
  readonly renamedFrom?: readonly string[];
  readonly type: TypePlan;
  readonly autoInc: boolean;
  /** What a row gets that is inserted without this column, for defaultValueOf; null: none. */
  readonly default: DefaultPlan | null;
  readonly quantize: QuantizePlan | null;
  readonly persist: Persist | null;
  /** The table (by name) whose primary key this column holds. */
  readonly references: string | null;
  /** No client gets it with the row, or can ask for it. Left out: clients get it. */
  readonly isHidden?: true;
}

/** What streamed copies of a float column carry. `exact` copies carry the float itself. */
export type QuantizePlan =
  /** An integer k = round(x / step); decoded as fround(k * step) for f32, k * step for f64. min and max: both or none. */
  | { readonly kind: 'step'; readonly step: number; readonly min: number | null; readonly max: number | null }
  /** An angle in radians, wrapped to [0, 2π): k = round(x / 2π * 2^bits) mod 2^bits; bits 1…16. */
  | { readonly kind: 'angle'; readonly bits: number };

export interface IndexPlan {
  readonly name: string;
  readonly accessor: string;
  readonly algorithm: 'btree' | 'hash' | 'direct';
  /** Column positions, in key order. */
  readonly columns: readonly number[];
  readonly isUnique: boolean;
}

export type SpatialPlan =
  | {
      readonly kind: 'position';
      /** Column positions. */
      readonly x: number;
      readonly y: number;
      /** Column position of the space (any unsigned integer up to 32 bits); null: one space, number 0. */
      readonly space: number | null;
      /** Edge of a cell in world units (metres by habit), above 0. */
      readonly cell: number;
    }
  | {
      readonly kind: 'follows';
      /** Column position that holds the primary key of the followed row; it has an index. */
      readonly column: number;
      /** Name of the followed table, which has a position of its own. */
      readonly table: string;
    };

export interface ReducerPlan {
  readonly id: number;
  /** Snake case; the export's name is `accessor`. */
  readonly name: string;
  readonly accessor: string;
  readonly params: readonly ParamPlan[];
  readonly role: ReducerRole;
}

/** 'scheduled' reducers are run by timers; 'call' by clients; the others by the runtime. Clients may call 'call' only. */
export type ReducerRole = 'call' | 'scheduled' | 'init' | 'started' | 'clientConnected' | 'clientDisconnected';

export interface ParamPlan {
  readonly name: string;
  readonly accessor: string;
  readonly type: TypePlan;
}

export interface SystemPlan {
  readonly name: string;
  readonly accessor: string;
  readonly everyTicks: number;
}

export interface InterestPlan {
  readonly radiusMax: number;
  /** Nearest first; empty: cells at any distance are told of in every tick. */
  readonly tiers: readonly InterestTier[];
  /** What one client is sent of its area in any second, about. */
  readonly bytesPerSecond: number;
  /** Rows of tables with quantized columns that one client is shown of its area, about; null: any number. */
  readonly rowsMax: number | null;
}

export interface InterestTier {
  /** World units from the nearest centre to a cell's nearest point. */
  readonly beyond: number;
  /** A power of two. */
  readonly everyTicks: number;
}
