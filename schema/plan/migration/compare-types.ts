import { storageKindOf } from '../storage-kind.ts';
import type { FieldPlan, TypePlan, VariantPlan } from '../type-plan.ts';
import { typeText } from './type-text.ts';

/** How values of one type become values of another without loss. */
export interface TypeRelation {
  /** The store holds both alike, bit for bit. */
  readonly isSameLayout: boolean;
  /** Generated code for the one also fits the other: the rule of the client's `bindSchema`. */
  readonly isSameForClients: boolean;
  /** Why it cannot be done; null: it can. */
  readonly problem: string | null;
  /** What changes, for people; empty: nothing. */
  readonly changes: readonly string[];
  /** A value may be one that the new type has not: whether any row holds it only the data tell. */
  readonly isPartial: boolean;
}

/** `after` has the ids that assignIds gave with regard to `before`. */
export function compareTypes(before: TypePlan, after: TypePlan): TypeRelation {
  const comparison = new Comparison();
  comparison.compare(before, after, '');
  return {
    isSameLayout: comparison.isSameLayout && storageKindOf(before) === storageKindOf(after),
    isSameForClients: comparison.isSameForClients,
    problem: comparison.problem,
    changes: comparison.changes,
    isPartial: comparison.isPartial,
  };
}

class Comparison {
  isSameLayout = true;
  isSameForClients = true;
  problem: string | null = null;
  isPartial = false;
  readonly changes: string[] = [];

  /** `place`: within the column's type, as in ` in field pos`. */
  compare(before: TypePlan, after: TypePlan, place: string): void {
    if (after.kind === 'option' && before.kind !== 'option') {
      this.#change(`values become optional${place}`);
      this.compare(before, after.of, place);
      return;
    }
    if (before.kind !== after.kind) {
      if (isWidening(before.kind, after.kind)) this.#change(`${before.kind} becomes ${after.kind}${place}`);
      else this.#refuse(`${typeText(before)} cannot become ${typeText(after)}${place}`);
      return;
    }
    switch (after.kind) {
      case 'option':
      case 'array':
        this.compare((before as typeof after).of, after.of, place);
        return;
      case 'result':
        this.compare((before as typeof after).ok, after.ok, `${place} in ok`);
        this.compare((before as typeof after).err, after.err, `${place} in err`);
        return;
      case 'object':
        this.#compareFields((before as typeof after).fields, after.fields, place);
        return;
      case 'enum':
        this.#compareVariants((before as typeof after).variants, after.variants, place);
        return;
      default:
    }
  }

  #compareFields(before: readonly FieldPlan[], after: readonly FieldPlan[], place: string): void {
    for (const { name } of before) {
      if (!after.some((field) => field.name === name)) this.#refuse(`the field ${name} is gone${place}`);
    }
    after.forEach((field, at) => {
      const old = before.findIndex(({ name }) => name === field.name);
      if (old !== -1) {
        this.compare(before[old]!.type, field.type, `${place} in field ${field.name}`);
        if (old !== at) this.isSameLayout = false;
      } else if (field.type.kind === 'option') {
        this.#change(`the field ${field.name} is added, empty in all rows${place}`);
      } else {
        this.#refuse(`the field ${field.name} is new${place}, and only an optional one needs no value`);
      }
    });
    const isReordered = before.length === after.length && before.some(({ name }, at) => after[at]!.name !== name);
    if (isReordered && this.problem === null) this.changes.push(`fields stand in another order${place}`);
  }

  #compareVariants(before: readonly VariantPlan[], after: readonly VariantPlan[], place: string): void {
    for (const { name } of before) {
      if (after.some((variant) => variant.name === name)) continue;
      this.#change(`the variant ${name} is gone${place}`);
      this.isPartial = true;
    }
    for (const variant of after) {
      const old = before.find(({ name }) => name === variant.name);
      if (old === undefined) {
        this.isSameForClients = false;
        this.changes.push(`the variant ${variant.name} is added${place}`);
        continue;
      }
      if (old.id !== variant.id) this.isSameLayout = false;
      this.compare(old.type, variant.type, `${place} in variant ${variant.name}`);
    }
  }

  #change(text: string): void {
    this.isSameLayout = false;
    this.isSameForClients = false;
    this.changes.push(text);
  }

  #refuse(text: string): void {
    this.isSameForClients = false;
    this.isSameLayout = false;
    this.problem ??= text;
  }
}

/** True when every value of the one kind of number is one of the other. */
function isWidening(before: TypePlan['kind'], after: TypePlan['kind']): boolean {
  if (before === 'f32' && after === 'f64') return true;
  const from = /^([ui])(\d+)$/.exec(before);
  const to = /^([ui])(\d+)$/.exec(after);
  if (from === null || to === null) return false;
  const fromBits = Number(from[2]);
  const toBits = Number(to[2]);
  return from[1] === to[1] ? toBits > fromBits : from[1] === 'u' && toBits > fromBits;
}
