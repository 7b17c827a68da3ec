import type { TypePlan } from '../type-plan.ts';

/** A type in a sentence: `option of u8`, `enum Mood`. */
export function typeText(type: TypePlan): string {
  switch (type.kind) {
    case 'option':
    case 'array':
      return `${type.kind} of ${typeText(type.of)}`;
    case 'result':
      return `result of ${typeText(type.ok)} or ${typeText(type.err)}`;
    case 'object':
    case 'enum':
      return type.name === null ? type.kind : `${type.kind} ${type.name}`;
    default:
      return type.kind;
  }
}
