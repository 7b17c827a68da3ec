import { schemaError } from '../errors/schema-error.ts';
import { VARIANTS_MAX } from './check-types.ts';
import { itemBefore, type NamedItem } from './item-before.ts';
import type { ColumnPlan, Plan, TablePlan } from './plan.ts';
import type { TypePlan, VariantPlan } from './type-plan.ts';

/**
 * Gives lasting ids: what the previous plan has under the same name, or under a name that it was renamed from, keeps its id; all else gets one
 * that was never given. `previous` is the last result of this function for the database, null for a new one. Variants of an enum keep theirs in the same way, as long as
 * the enum stands in the same column or parameter. Throws ENUM_NUMBERS_USED_UP for one whose removed variants leave too few.
 */
export function assignIds(plan: Plan, previous: Plan | null): Plan {
  const tables = keepIds(plan.tables, previous?.tables ?? [], previous?.nextIds?.table ?? 0);
  const reducers = keepIds(plan.reducers, previous?.reducers ?? [], previous?.nextIds?.reducer ?? 0);
  let nextTable = tables.next;
  const assignWithOwn = (table: TablePlan): TablePlan => {
    const before = itemBefore(table, previous?.tables);
    const assigned = assignInTable(table, before);
    if (table.own === undefined) return assigned;
    return { ...assigned, own: { ...table.own, id: before?.own?.id ?? nextTable++ } };
  };
  return {
    ...plan,
    tables: tables.items.map(assignWithOwn),
    reducers: reducers.items.map((reducer) => {
      const before = byName(previous?.reducers, reducer.name);
      return {
        ...reducer,
        params: reducer.params.map((param) => ({
          ...param,
          type: keepVariants(
            param.type,
            byName(before?.params, param.name)?.type ?? null,
            `reducer ${reducer.accessor}, parameter ${param.accessor}`,
          ),
        })),
      };
    }),
    nextIds: { table: nextTable, reducer: reducers.next },
  };
}

function assignInTable(table: TablePlan, before: TablePlan | null): TablePlan {
  const columns = keepIds(table.columns, before?.columns ?? [], before?.nextColumnId ?? 0);
  return {
    ...table,
    columns: columns.items.map((column): ColumnPlan => ({
      ...column,
      type: keepVariants(
        column.type,
        itemBefore(column, before?.columns)?.type ?? null,
        `table ${table.accessor}, column ${column.accessor}`,
      ),
    })),
    nextColumnId: columns.next,
  };
}

function keepIds<Item extends NamedItem & { readonly id: number }>(
  items: readonly Item[],
  before: readonly Item[],
  nextBefore: number,
): { items: Item[]; next: number } {
  let next = before.reduce((highest, { id }) => Math.max(highest, id + 1), nextBefore);
  const kept = items.map((item) => ({ ...item, id: itemBefore(item, before)?.id ?? next++ }));
  return { items: kept, next };
}

function keepVariants(type: TypePlan, before: TypePlan | null, where: string): TypePlan {
  switch (type.kind) {
    case 'option':
    case 'array':
      return { ...type, of: keepVariants(type.of, before?.kind === type.kind ? before.of : null, where) };
    case 'result': {
      const same = before?.kind === 'result' ? before : null;
      const ok = keepVariants(type.ok, same?.ok ?? null, where);
      return { ...type, ok, err: keepVariants(type.err, same?.err ?? null, where) };
    }
    case 'object': {
      const fields = before?.kind === 'object' ? before.fields : [];
      return {
        ...type,
        fields: type.fields.map((field) => ({
          ...field,
          type: keepVariants(field.type, byName(fields, field.name)?.type ?? null, where),
        })),
      };
    }
    case 'enum':
      return keepEnum(type, before?.kind === 'enum' ? before : null, where);
    default:
      return type;
  }
}

function keepEnum(type: EnumPlan, before: EnumPlan | null, where: string): EnumPlan {
  const { items, next } = keepIds(type.variants, before?.variants ?? [], before?.nextVariantId ?? 0);
  if (next > VARIANTS_MAX) throw schemaError('ENUM_NUMBERS_USED_UP', `${where}, enum ${type.name ?? ''}`);
  const variants = items.map((variant) => keepPayload(variant, byName(before?.variants, variant.name), where));
  const isWhole = variants.length === next;
  return { kind: 'enum', name: type.name, variants, ...(isWhole ? {} : { nextVariantId: next }) };
}

function keepPayload(variant: VariantPlan, before: VariantPlan | null, where: string): VariantPlan {
  return { ...variant, type: keepVariants(variant.type, before?.type ?? null, where) };
}

type EnumPlan = Extract<TypePlan, { kind: 'enum' }>;

function byName<Item extends { readonly name: string }>(items: readonly Item[] | undefined, name: string): Item | null {
  return items?.find((item) => item.name === name) ?? null;
}
