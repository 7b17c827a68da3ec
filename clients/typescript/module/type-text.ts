import type { TypePlan } from '@tickbase/schema/plan';

/** A type as an error message names it. */
export function typeText(type: TypePlan): string {
  switch (type.kind) {
    case 'option':
      return `option<${typeText(type.of)}>`;
    case 'array':
      return `array<${typeText(type.of)}>`;
    case 'result':
      return `result<${typeText(type.ok)}, ${typeText(type.err)}>`;
    case 'object':
      return `{ ${type.fields.map((field) => `${field.name}: ${typeText(field.type)}`).join(', ')} }`;
    case 'enum':
      return type.variants.map((variant) => variantText(variant.name, variant.type)).join(' | ');
    default:
      return type.kind;
  }
}

function variantText(name: string, type: TypePlan): string {
  return type.kind === 'unit' ? name : `${name}(${typeText(type)})`;
}
