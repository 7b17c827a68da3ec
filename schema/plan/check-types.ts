import { schemaError } from '../errors/schema-error.ts';
import { checkName } from './check-name.ts';
import type { TypePlan } from './type-plan.ts';

export const DEPTH_MAX = 16;
/** A variant's id is one byte on the wire and in the store. */
export const VARIANTS_MAX = 256;

/** Checks types one after another; remembers the named ones, of which each name means one type in the whole module. */
export class TypeChecker {
  readonly #textByName = new Map<string, string>();

  check(type: TypePlan, where: string, depth = 1): void {
    if (depth > DEPTH_MAX) throw schemaError('TYPE_TOO_DEEP', where);
    switch (type.kind) {
      case 'option':
        if (type.of.kind === 'option') throw schemaError('OPTION_NESTED', where);
        this.check(type.of, where, depth + 1);
        break;
      case 'array':
        this.check(type.of, where, depth + 1);
        break;
      case 'result':
        this.check(type.ok, where, depth + 1);
        this.check(type.err, where, depth + 1);
        break;
      case 'object':
        this.#checkTypeName(type.name, type, where);
        this.#checkParts(type.fields, 'field', where, depth);
        break;
      case 'enum':
        this.#checkTypeName(type.name, type, where);
        if (type.variants.length === 0 || type.variants.length > VARIANTS_MAX) {
          throw schemaError('ENUM_SIZE', where, `the enum has ${type.variants.length} variants`);
        }
        this.#checkParts(type.variants, 'variant', where, depth);
        break;
      default:
    }
  }

  #checkTypeName(name: string | null, type: TypePlan, where: string): void {
    if (name === null) return;
    checkName(name, `${where}, type ${name}`);
    const text = JSON.stringify(type);
    const known = this.#textByName.get(name);
    if (known !== undefined && known !== text) {
      throw schemaError('NAME_TAKEN', where, `two different types are called ${name}`);
    }
    this.#textByName.set(name, text);
  }

  #checkParts(
    parts: readonly { readonly name: string; readonly type: TypePlan }[],
    what: string,
    where: string,
    depth: number,
  ): void {
    const names = new Set<string>();
    for (const { name, type } of parts) {
      const place = `${where}, ${what} ${name}`;
      checkName(name, place);
      if (names.has(name)) throw schemaError('NAME_TAKEN', place, `there are two ${what}s “${name}”`);
      names.add(name);
      this.check(type, place, depth + 1);
    }
  }
}
