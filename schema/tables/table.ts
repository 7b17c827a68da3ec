import { schemaError } from '../errors/schema-error.ts';
import { type AnyColumn, Column } from '../types/column.ts';
import type { ColumnShape, ShapeValue } from '../types/infer.ts';
import { shapeEntries } from '../types/shape-entries.ts';
import type { Mistake } from '../types/mistake.ts';
import type { ConstraintOptions, IndexOptions, SpatialOptions, TableOptions } from './table-options.ts';
import type { TableDraft, TableOptionsDraft } from './table-draft.ts';

/**
 * A table of a module: options, then columns by name. The name under which schema(…) gets it is its name in module code.
 * Throws COLUMN_INVALID for a column that is no type; all else is checked when the module's plan is derived.
 */
export function table<
  Shape extends ColumnShape,
  const Indexes extends readonly IndexOptions<keyof Shape & string>[] = [],
  const Constraints extends readonly ConstraintOptions<keyof Shape & string>[] = [],
  const Spatial extends SpatialOptions<Shape> | undefined = undefined,
>(
  options: TableOptions<Shape, Indexes, Constraints, Spatial>,
  shape: Shape & OnePrimaryKey<Shape>,
): Table<Shape, Indexes, Constraints, Spatial> {
  return new Table(options as TableOptionsDraft, shape);
}

export class Table<
  Shape extends ColumnShape,
  Indexes extends readonly IndexOptions<string>[] = readonly IndexOptions<string>[],
  Constraints extends readonly ConstraintOptions<string>[] = readonly ConstraintOptions<string>[],
  Spatial = unknown,
> implements TableLike {
  readonly isTable = true;
  readonly draft: TableDraft;
  /** The row as a type: the parameter of a schedule table's reducer, a field of another type. */
  readonly rowType: Column<ShapeValue<Shape>, 'object'>;
  /** For the compiler alone. */
  declare readonly parts: TableParts<Shape, Indexes, Constraints, Spatial>;
  readonly #shape: ColumnShape;

  constructor(options: TableOptionsDraft, shape: ColumnShape, renamedFrom: readonly string[] = []) {
    if (typeof options !== 'object' || options === null || typeof shape !== 'object' || shape === null) {
      throw schemaError('TABLE_INVALID', 'table(…)', 'a table takes its options and its columns: two objects');
    }
    const columns = shapeEntries(shape, `table ${options.name ?? ''}`.trim()).map(([accessor, column]) => {
      if (!(column instanceof Column))
        throw schemaError('COLUMN_INVALID', `table ${options.name ?? ''}, column ${accessor}`);
      return [accessor, column.draft] as const;
    });
    columns.sort(([, a], [, b]) => Number(a.isHidden ?? false) - Number(b.isHidden ?? false));
    this.#shape = shape;
    this.draft = Object.freeze({ options, columns: Object.freeze(columns), renamedFrom: Object.freeze(renamedFrom) });
    const fields = columns.map(([name, { type }]) => Object.freeze({ name, type }));
    this.rowType = new Column({ type: Object.freeze({ kind: 'object', name: null, fields: Object.freeze(fields) }) });
    Object.freeze(this);
  }

  /**
   * The table, with what it was called before, in the schema or in SQL: a database that has a table of that name keeps its rows under the new one. It may stay for
   * good. Called several times: all names that it has had.
   */
  renamedFrom(oldName: string): Table<Shape, Indexes, Constraints, Spatial> {
    return new Table(this.draft.options, this.#shape, [...this.draft.renamedFrom, oldName]);
  }
}

/** Any table, as code sees it that does not care for its columns. */
export interface TableLike {
  readonly isTable: true;
  readonly draft: TableDraft;
  readonly rowType: AnyColumn;
  readonly parts: TableParts<
    ColumnShape,
    readonly IndexOptions<string>[],
    readonly ConstraintOptions<string>[],
    unknown
  >;
}

/** What handles and queries are typed by. */
export interface TableParts<
  Shape extends ColumnShape,
  Indexes extends readonly IndexOptions<string>[],
  Constraints extends readonly ConstraintOptions<string>[],
  Spatial,
> {
  readonly shape: Shape;
  readonly indexes: Indexes;
  readonly constraints: Constraints;
  readonly spatial: Spatial;
}

type OnePrimaryKey<Shape extends ColumnShape> =
  IsUnion<PrimaryKeyColumns<Shape>> extends true
    ? Mistake<'a table has one primary key: mark one column, or use constraints for a key of several columns'>
    : unknown;

type PrimaryKeyColumns<Shape extends ColumnShape> = {
  [Name in keyof Shape]: 'primaryKey' extends Shape[Name]['inferred']['flags'] ? Name : never;
}[keyof Shape];

type IsUnion<T, Whole = T> = [T] extends [never]
  ? false
  : T extends unknown
    ? [Whole] extends [T]
      ? false
      : true
    : never;
