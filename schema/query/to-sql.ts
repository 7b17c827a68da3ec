import { queryError } from '../errors/query-error.ts';
import { isComparable } from './comparison.ts';
import { literalToSql } from './literal-to-sql.ts';
import type { CompareOp, Predicate, Query } from './query.ts';
import type { QueryTable } from './query-table.ts';
import { SQL_KEYWORDS } from './sql-token.ts';

const SIGNS: Readonly<Record<CompareOp, string>> = { eq: '=', ne: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' };

/**
 * A query as text that parseSql reads back as the same query, but for empty and one-item lists of and/or, which become what they mean.
 * `joined`: the table of its join. Throws QUERY_INVALID for a query that is none on these tables.
 */
export function toSql(query: Query, table: QueryTable, joined: QueryTable | null = null): string {
  const { where, withinM, join } = query;
  if (query.table !== table.name || join?.table !== joined?.name) {
    throw queryError('QUERY_INVALID', `query on ${query.table}`, `it was written out for the table ${table.name}`);
  }
  const name = nameText(table.name);
  const from = `FROM ${name}${withinM === null ? '' : ` WITHIN ${withinM}`}`;
  if (join === undefined) return `SELECT * ${from}${where === null ? '' : ` WHERE ${predicateText(where, table)}`}`;
  const other = nameText(join.table);
  const conditions = [
    where && itemText(where, table, `${name}.`),
    join.where && itemText(join.where, joined!, `${other}.`),
  ].filter(Boolean);
  const on = `${name}.${nameText(join.column)} = ${other}.${nameText(join.joined)}`;
  const all = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  return `SELECT ${name}.* ${from} JOIN ${other} ON ${on}${all}`;
}

/** `prefix`: what stands before the names of columns. */
function predicateText(predicate: Predicate, table: QueryTable, prefix = ''): string {
  switch (predicate.op) {
    case 'const':
      return predicate.value ? 'TRUE' : 'FALSE';
    case 'not':
      return `NOT (${predicateText(predicate.item, table, prefix)})`;
    case 'and':
    case 'or': {
      const { items, op } = predicate;
      if (items.length === 0) return op === 'and' ? 'TRUE' : 'FALSE';
      if (items.length === 1) return predicateText(items[0]!, table, prefix);
      return items.map((item) => itemText(item, table, prefix)).join(op === 'and' ? ' AND ' : ' OR ');
    }
    default: {
      const where = `query on ${table.name}, column ${predicate.column}`;
      const column = table.columns.find(({ name }) => name === predicate.column);
      if (column === undefined) throw queryError('QUERY_INVALID', where, 'the table has no such column');
      if (!isComparable(column.type, predicate.op)) {
        throw queryError('QUERY_INVALID', where, `${predicate.op} cannot compare values of type ${column.type.kind}`);
      }
      const literal = literalToSql(predicate.value, column.type, where);
      return `${prefix}${nameText(column.name)} ${SIGNS[predicate.op]} ${literal}`;
    }
  }
}

/** Lists within lists stand in parentheses; the rest binds tighter anyway. */
function itemText(item: Predicate, table: QueryTable, prefix: string): string {
  if ((item.op === 'and' || item.op === 'or') && item.items.length === 1)
    return itemText(item.items[0]!, table, prefix);
  const text = predicateText(item, table, prefix);
  return (item.op === 'and' || item.op === 'or') && item.items.length > 1 ? `(${text})` : text;
}

function nameText(name: string): string {
  return SQL_KEYWORDS.has(name.toUpperCase()) ? `"${name}"` : name;
}
