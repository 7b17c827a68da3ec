import type { AnyColumn } from './column.ts';

/** The JavaScript values of a type or of a table's rows: `Infer<typeof vector>`, `Infer<typeof player>`. */
export type Infer<Source> = Source extends { readonly rowType: { readonly inferred: { readonly value: infer Row } } }
  ? Row
  : Source extends { readonly inferred: { readonly value: infer Value } }
    ? Value
    : Source extends ColumnShape
      ? ShapeValue<Source>
      : never;

/** Names and types: of a table's columns, an object's fields, a reducer's parameters. */
export type ColumnShape = { readonly [name: string]: AnyColumn };

export type ShapeValue<Shape extends ColumnShape> = { [Name in keyof Shape]: Shape[Name]['inferred']['value'] };
