import { schemaError } from '../errors/schema-error.ts';
import { Column } from './column.ts';
import type { ColumnShape } from './infer.ts';

/** The names and types of a shape. Throws COLUMN_INVALID for a single type and for `__proto__: type`, which JavaScript takes for another thing. */
export function shapeEntries(shape: ColumnShape, where: string): [name: string, type: unknown][] {
  if (typeof shape !== 'object' || shape === null) {
    throw schemaError('COLUMN_INVALID', where, 'an object of names and types was expected');
  }
  // Written plainly, __proto__ makes the type the shape's prototype instead of a member.
  if (shape instanceof Column) {
    throw schemaError('COLUMN_INVALID', where, 'it is a type itself, or has a member called __proto__');
  }
  return Object.entries(shape);
}
