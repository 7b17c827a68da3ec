import type { Persist } from '../plan/plan.ts';
import type { ColumnShape } from '../types/infer.ts';
import type { Mistake } from '../types/mistake.ts';
import type { FloatKind, TypeKind } from '../types/type-kind.ts';
import type { TableLike } from './table.ts';

/** What a table can have beside its columns. */
export interface TableOptions<
  Shape extends ColumnShape,
  Indexes extends readonly IndexOptions<string>[],
  Constraints extends readonly ConstraintOptions<string>[],
  Spatial,
> {
  /** Its name in SQL, on the wire and on disk; left out, the name in schema(…) in snake case. */
  readonly name?: string;
  /** Clients may subscribe to it. Left out: false, only the module sees it. */
  readonly public?: boolean;
  /** Rows live for the transaction that inserts them and are sent as events. */
  readonly event?: boolean;
  /** Rows are timers of this reducer; the same as the reducer's `onSchedule`. */
  readonly scheduled?: () => unknown;
  /**
   * Rows stand somewhere and are streamed by area of interest:
   *   { x, y, cell }        by two float columns, in a grid of cells of this edge (world units, metres by habit)
   *   { …, space: column }  in several worlds that do not see each other: an unsigned column numbers them
   *   { follows: column }   where the row of another table is whose primary key this column holds
   */
  readonly spatial?: Spatial;
  /**
   * What is kept over a restart. 'commit' (left out: this): every change. 'snapshot': values as of the last snapshot; inserts and
   * deletes always. 'never': nothing but the numbers of autoInc.
   */
  readonly persist?: Persist;
  /**
   * Clients see only the rows
   *   'owner'                                                   whose identity column here is their own
   *   { column: 'partyId', through: () => member, sender: 'identity' }   for which `member` has a row whose `identity` is their own and whose
   *                                                             `partyId` is that of the row
   *   [ … ]                                                     for which one of these rules holds
   */
  readonly visibleTo?: NoInfer<
    | ColumnOf<Shape, 'identity', 'visibleTo takes the name of an identity column'>
    | ThroughOptions<keyof Shape & string>
    | readonly VisibleTo<Shape>[]
  >;
  /** Indexes beside those of the columns' own modifiers. */
  readonly indexes?: Indexes;
  /** Keys of several columns. */
  readonly constraints?: Constraints;
}

export type VisibleTo<Shape extends ColumnShape> =
  | ColumnOf<Shape, 'identity', 'visibleTo takes the name of an identity column'>
  | ThroughOptions<keyof Shape & string>;

/** Visibility that rows of another table give: those of a party to its members. */
export interface ThroughOptions<Name extends string> {
  /** Column of this table; it has an index. */
  readonly column: Name;
  /** Where to look; left out, this table itself. It may be private. */
  readonly through?: () => TableLike;
  /** Identity column there; it has an index. */
  readonly sender: string;
  /** Column there that equals `column`; left out, the one of the same name. */
  readonly value?: string;
}

export type IndexOptions<Name extends string> =
  | {
      /** The name in module code: `ctx.db.TABLE.ACCESSOR.filter`. */
      readonly accessor: string;
      readonly name?: string;
      readonly algorithm: 'btree' | 'hash';
      /** In key order: a btree finds by the first ones, with a range on the last one given. */
      readonly columns: readonly Name[];
    }
  | {
      readonly accessor: string;
      readonly name?: string;
      readonly algorithm: 'direct';
      readonly column: Name;
    };

export interface ConstraintOptions<Name extends string> {
  readonly constraint: 'unique' | 'primaryKey';
  readonly columns: readonly Name[];
  /** The name in module code; left out, the columns' names joined by `And`: `ownerAndSlot`. */
  readonly accessor?: string;
  readonly name?: string;
}

export type SpatialOptions<Shape extends ColumnShape> =
  | {
      readonly x: ColumnOf<Shape, FloatKind, 'x takes the name of an f32 or f64 column'>;
      readonly y: ColumnOf<Shape, FloatKind, 'y takes the name of an f32 or f64 column'>;
      readonly space?: ColumnOf<Shape, 'u8' | 'u16' | 'u32', 'space takes the name of a u8, u16 or u32 column'>;
      readonly cell: number;
      readonly follows?: never;
    }
  | {
      readonly follows: (keyof Shape & string) | Mistake<'follows takes the name of a column of this table'>;
      readonly x?: never;
      readonly y?: never;
      readonly space?: never;
      readonly cell?: never;
    };

/** The names of the columns of some kinds; the mistake beside them is there for the editor's message. */
export type ColumnOf<Shape extends ColumnShape, Kind extends TypeKind, Message extends string> =
  | { [Name in keyof Shape & string]: Shape[Name]['inferred']['kind'] extends Kind ? Name : never }[keyof Shape &
      string]
  | Mistake<Message>;
