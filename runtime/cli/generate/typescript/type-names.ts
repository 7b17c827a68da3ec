import type { Plan, TablePlan, TypePlan } from '@tickbase/schema/plan';
import { isTakenName } from './generated-type-name.ts';
import { pascalCase } from './spelling.ts';

/** A named object or enum type of the module. */
export type NamedType = Extract<TypePlan, { kind: 'object' | 'enum' }> & { readonly name: string };

/** The type names of the generated code: those of the module, and one for the rows of each table. */
export interface TypeNames {
  /** Sorted by name, each once. */
  readonly named: readonly NamedType[];
  /** The name of a table's row type; `UserRow` where `User` is taken. */
  rowOf(table: TablePlan): string;
}

export function typeNames(plan: Plan): TypeNames {
  const named = new Map<string, NamedType>();
  for (const table of plan.tables) for (const column of table.columns) collect(column.type, named);
  for (const reducer of plan.reducers) for (const param of reducer.params) collect(param.type, named);
  return {
    named: [...named.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    rowOf(table) {
      const name = pascalCase(table.accessor);
      return named.has(name) || isTakenName(name) ? `${name}Row` : name;
    },
  };
}

function collect(type: TypePlan, named: Map<string, NamedType>): void {
  switch (type.kind) {
    case 'option':
    case 'array':
      collect(type.of, named);
      return;
    case 'result':
      collect(type.ok, named);
      collect(type.err, named);
      return;
    case 'object':
      if (type.name !== null) named.set(type.name, { ...type, name: type.name });
      for (const field of type.fields) collect(field.type, named);
      return;
    case 'enum':
      if (type.name !== null) named.set(type.name, { ...type, name: type.name });
      for (const variant of type.variants) collect(variant.type, named);
      return;
    default:
  }
}
