import type { AnyColumn } from './column.ts';

/** Variants of an enum: names with their payloads, or names alone. */
export type EnumShape = { readonly [variant: string]: AnyColumn } | readonly string[];

export type EnumValue<Shape extends EnumShape> = Shape extends readonly (infer Name)[]
  ? Name extends string
    ? { readonly tag: Name }
    : never
  : {
      [Name in keyof Shape & string]: Shape[Name] extends AnyColumn
        ? Shape[Name]['inferred']['kind'] extends 'unit'
          ? { readonly tag: Name }
          : { readonly tag: Name; readonly value: Shape[Name]['inferred']['value'] }
        : never;
    }[keyof Shape & string];

/** 'plainEnum' if no variant has a payload. */
export type EnumKind<Shape extends EnumShape> = Shape extends readonly string[]
  ? 'plainEnum'
  : Shape extends { readonly [variant: string]: { readonly inferred: { readonly kind: 'unit' } } }
    ? 'plainEnum'
    : 'enum';
