import type { Persist, QuantizePlan } from '../plan/plan.ts';
import type { TypePlan } from '../plan/type-plan.ts';
import type { ColumnDraft, IndexAlgorithm } from './column-draft.ts';
import type { Mistake } from './mistake.ts';
import type { DirectKind, FloatKind, IntegerKind, KeyKind, TypeKind } from './type-kind.ts';

/**
 * A type, and what its column has beside it. Immutable: every modifier gives a new one. As a parameter of a reducer or a part of
 * another type only its type counts.
 *   Value  the JavaScript type of its values
 *   Kind   the kind of type
 *   Flags  the modifiers so far
 */
export class Column<Value, Kind extends TypeKind, Flags extends ColumnFlag = never> implements ColumnLike<
  Value,
  Kind,
  Flags
> {
  readonly draft: ColumnDraft;
  declare readonly inferred: Inferred<Value, Kind, Flags>;

  constructor(draft: ColumnDraft) {
    this.draft = Object.freeze(draft);
    Object.freeze(this);
  }

  /**
   * Rows are known by this column: `ctx.db.TABLE.COLUMN.find`, `.edit`, `.update`, `.upsert`, `.delete`. One for a table; for a key of
   * several columns see the table's `constraints`.
   */
  primaryKey(
    this: Kind extends KeyKind
      ? 'default' extends Flags
        ? Mistake<'a primary key cannot have a default'>
        : AnyColumn
      : Mistake<'a primary key is an integer, bool, string, identity, connectionId, uuid, timestamp, timeDuration or an enum without payload'>,
  ): Column<Value, Kind, Flags | 'primaryKey'> {
    return extend(this, { isPrimaryKey: true });
  }

  /** No two rows have the same value here; an insert that breaks it throws. Gives `ctx.db.TABLE.COLUMN.find`. */
  unique(
    this: Kind extends KeyKind
      ? 'default' extends Flags
        ? Mistake<'a unique column cannot have a default'>
        : AnyColumn
      : Mistake<'a unique column is an integer, bool, string, identity, connectionId, uuid, timestamp, timeDuration or an enum without payload'>,
  ): Column<Value, Kind, Flags | 'unique'> {
    return extend(this, { isUnique: true });
  }

  /** A row inserted with 0 here, or without it, gets the next number. Numbers may be skipped after a restart. */
  autoInc(
    this: Kind extends IntegerKind
      ? 'default' extends Flags
        ? Mistake<'autoInc cannot have a default'>
        : AnyColumn
      : Mistake<'autoInc is for integer columns'>,
  ): Column<Value, Kind, Flags | 'autoInc'> {
    return extend(this, { isAutoInc: true });
  }

  /**
   * Makes `ctx.db.TABLE.COLUMN.filter`. 'btree' (left out: this) finds values and ranges, 'hash' values alone, 'direct' values
   * of small dense integers.
   */
  index<Algorithm extends IndexAlgorithm = 'btree'>(
    this: IndexGuard<Kind, Flags, NoInfer<Algorithm>>,
    algorithm?: Algorithm,
  ): Column<Value, Kind, Flags | Algorithm> {
    return extend(this, { index: algorithm ?? 'btree' });
  }

  /** What a row inserted without this column gets, and what old rows get when the column is added later. */
  default(
    this: [Flags & ('primaryKey' | 'unique' | 'autoInc')] extends [never]
      ? AnyColumn
      : Mistake<'a primary key, unique or autoInc column cannot have a default'>,
    value: NoInfer<Value>,
  ): Column<Value, Kind, Flags | 'default'> {
    return extend(this, { default: Object.freeze({ value }) });
  }

  /** The same as t.option(…) round this type: a value may be undefined. */
  optional(
    this: [Flags & ('primaryKey' | 'unique' | 'autoInc' | 'quantized' | IndexAlgorithm)] extends [never]
      ? Kind extends 'option'
        ? Mistake<'an option cannot hold an option: undefined could not tell which of the two is empty'>
        : AnyColumn
      : Mistake<'an optional column cannot be a key, indexed or quantized'>,
  ): Column<Value | undefined, 'option', Flags> {
    const { draft } = this as unknown as AnyColumn;
    return new Column({ ...draft, type: Object.freeze({ kind: 'option', of: draft.type }) });
  }

  /** Its name in SQL, on the wire and on disk; left out, the shape's name in snake case. */
  name(name: string): Column<Value, Kind, Flags> {
    return extend(this, { name });
  }

  /**
   * What it was called before, in the shape or in SQL: a database that has a column of that name keeps its values under the new one. It may stay for good.
   * Called several times: all names that it has had.
   */
  renamedFrom(oldName: string): Column<Value, Kind, Flags> {
    return extend(this, { renamedFrom: Object.freeze([...(this.draft.renamedFrom ?? []), oldName]) });
  }

  /**
   * This column holds the primary key of that table. It is not enforced: a row may outlive what it points to. Tables that follow
   * another need it.
   */
  references(table: () => TableMark): Column<Value, Kind, Flags> {
    return extend(this, { references: table });
  }

  /**
   * Streams carry `round(x / step)` instead of the float: fewer bytes, no change sent below half a step. Module code and disk keep
   * the exact float.
   *   step      in the column's own unit, above 0
   *   min, max  values beyond them are clamped on the wire; both or none
   */
  quantize(
    this: QuantizeGuard<Kind, Flags>,
    options: { readonly step: number; readonly min?: number; readonly max?: number },
  ): Column<Value, Kind, Flags | 'quantized'> {
    const { step, min = null, max = null } = options;
    return extend(this, { quantize: Object.freeze<QuantizePlan>({ kind: 'step', step, min, max }) });
  }

  /** Radians, streamed in this many bits (1…16) for a whole turn: 8 bits are steps of 1.4 degrees. Wraps to [0, 2π). */
  angle(
    this: QuantizeGuard<Kind, Flags>,
    options: { readonly bits: number },
  ): Column<Value, Kind, Flags | 'quantized'> {
    return extend(this, { quantize: Object.freeze<QuantizePlan>({ kind: 'angle', bits: options.bits }) });
  }

  /**
   * For the module alone: no client gets this column, whatever it subscribes to, or can tell from an answer what it holds. In the table's row it stands after
   * the columns that are not hidden.
   */
  hidden(
    this: 'primaryKey' extends Flags
      ? Mistake<'clients know rows by their primary key: it cannot be hidden'>
      : AnyColumn,
  ): Column<Value, Kind, Flags> {
    return extend(this, { isHidden: true, visibleTo: undefined });
  }

  /**
   * For the owner of the row: the client whose identity stands in that column of it. The others are sent the row without this column. It comes to the owner in
   * a table of its own, which has the table's key and all such columns: those of `purse` in `purseOwn` (SQL: `purse_own`). Module code has them in the row.
   * The table has a primary key, and one owner for all of them.
   */
  visibleTo(
    this: 'primaryKey' extends Flags
      ? Mistake<'clients know rows by their primary key: it cannot be hidden'>
      : AnyColumn,
    column: string,
  ): Column<Value, Kind, Flags> {
    return extend(this, { isHidden: true, visibleTo: column });
  }

  /** Overrides the table's `persist` for this column's values. */
  persist(persist: Persist): Column<Value, Kind, Flags> {
    return extend(this, { persist });
  }

  /** The type alone, as the plan has it. */
  get type(): TypePlan {
    return this.draft.type;
  }
}

/** A column as other types see it. `inferred` is for the compiler alone and never there. */
export interface ColumnLike<Value, Kind extends TypeKind, Flags extends ColumnFlag> {
  readonly draft: ColumnDraft;
  readonly inferred: Inferred<Value, Kind, Flags>;
}

export interface Inferred<Value, Kind extends TypeKind, Flags extends ColumnFlag> {
  readonly value: Value;
  readonly kind: Kind;
  readonly flags: Flags;
}

export type AnyColumn = ColumnLike<unknown, TypeKind, ColumnFlag>;

export type ColumnFlag = 'primaryKey' | 'unique' | 'autoInc' | 'default' | 'quantized' | IndexAlgorithm;

/** What a table is known by here, where tables are not known yet. */
export interface TableMark {
  readonly isTable: true;
}

type IndexGuard<
  Kind extends TypeKind,
  Flags extends ColumnFlag,
  Algorithm extends IndexAlgorithm,
> = 'quantized' extends Flags
  ? Mistake<'an indexed column cannot be quantized'>
  : Algorithm extends 'direct'
    ? Kind extends DirectKind
      ? AnyColumn
      : Mistake<'a direct index is for u8, u16, u32, u64 and enums without payload'>
    : Kind extends KeyKind
      ? AnyColumn
      : Kind extends FloatKind
        ? Algorithm extends 'btree'
          ? AnyColumn
          : Mistake<'a float column takes a btree index only'>
        : Mistake<'this type cannot be indexed'>;

type QuantizeGuard<Kind extends TypeKind, Flags extends ColumnFlag> = Kind extends FloatKind
  ? [Flags & ('unique' | 'primaryKey' | IndexAlgorithm)] extends [never]
    ? AnyColumn
    : Mistake<'a key or indexed column cannot be quantized'>
  : Mistake<'quantize and angle are for f32 and f64 columns'>;

function extend<Value, Kind extends TypeKind, Flags extends ColumnFlag>(
  column: unknown,
  changes: Partial<ColumnDraft>,
): Column<Value, Kind, Flags> {
  return new Column({ ...(column as AnyColumn).draft, ...changes });
}
