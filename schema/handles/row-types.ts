import type { TableLike } from '../tables/table.ts';
import type { ConstraintOptions } from '../tables/table-options.ts';
import type { ColumnShape, ShapeValue } from '../types/infer.ts';

export type ShapeOf<T extends TableLike> = T['parts']['shape'];

/** A row as `find`, `iter` and `insert` give it: a copy. To assign to one would change nothing, so the compiler refuses it. */
export type RowOf<T extends TableLike> = Readonly<ShapeValue<ShapeOf<T>>>;

/** A row as `insert` takes it: columns with autoInc, a default or an optional type may be left out. */
export type InsertOf<T extends TableLike> = Flatten<
  { [Name in RequiredColumns<ShapeOf<T>>]: ShapeOf<T>[Name]['inferred']['value'] } & {
    [Name in Exclude<keyof ShapeOf<T>, RequiredColumns<ShapeOf<T>>>]?:
      | ShapeOf<T>[Name]['inferred']['value']
      | undefined;
  }
>;

/** A row as `edit` gives it: all but the primary key can be assigned. Dead after its transaction. */
export type ViewOf<T extends TableLike> = Flatten<
  { readonly [Name in PrimaryColumns<T>]: RowOf<T>[Name] } & {
    [Name in Exclude<keyof RowOf<T>, PrimaryColumns<T>>]: RowOf<T>[Name];
  }
>;

type RequiredColumns<Shape extends ColumnShape> = {
  [Name in keyof Shape]: Shape[Name]['inferred']['kind'] extends 'option'
    ? never
    : [Shape[Name]['inferred']['flags'] & ('autoInc' | 'default')] extends [never]
      ? Name
      : never;
}[keyof Shape];

/** The columns of the primary key; never: there is none. */
export type PrimaryColumns<T extends TableLike> =
  | {
      [Name in keyof ShapeOf<T>]: 'primaryKey' extends ShapeOf<T>[Name]['inferred']['flags'] ? Name : never;
    }[keyof ShapeOf<T>]
  | PrimaryConstraintColumns<T['parts']['constraints'][number]>;

type PrimaryConstraintColumns<Constraint> =
  Constraint extends ConstraintOptions<infer Name>
    ? Constraint['constraint'] extends 'primaryKey'
      ? Name
      : never
    : never;

export type Flatten<T> = { [Name in keyof T]: T[Name] } & {};
