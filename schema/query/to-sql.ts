import { queryError } from '../errors/query-error.ts';
import { isComparable } from './comparison.ts';
import { literalToSql } from './literal-to-sql.ts';
import type { CompareOp, Predicate, Query } from './query.ts';
import type { QueryTable } from './query-table.ts';
import { SQL_KEYWORDS } from './sql-token.ts';

const SIGNS: Readonly<Record<CompareOp, string>> = { eq: '=', ne: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' };

/**
 * A query as text that parseSql reads back as the same query, but for empty and one-item lists of and/or, which become what they mean.
 * Throws QUERY_INVALID for a query that is none on this table.
 */
export function toSql(query: Query, table: QueryTable): string {
  if (query.table !== table.name) {
    throw queryError('QUERY_INVALID', `query on ${query.table}`, `it was written out for the table ${table.name}`);
  }
  const within = query.withinM === null ? '' : ` WITHIN ${query.withinM}`;
  const where = query.where === null ? '' : ` WHERE ${predicateText(query.where, table)}`;
  return `SELECT * FROM ${nameText(table.name)}${within}${where}`;
}

function predicateText(predicate: Predicate, table: QueryTable): string {
  switch (predicate.op) {
    case 'const':
      return predicate.value ? 'TRUE' : 'FALSE';
    case 'not':
      return `NOT (${predicateText(predicate.item, table)})`;
    case 'and':
    case 'or': {
      const { items, op } = predicate;
      if (items.length === 0) return op === 'and' ? 'TRUE' : 'FALSE';
      if (items.length === 1) return predicateText(items[0]!, table);
      return items.map((item) => itemText(item, table)).join(op === 'and' ? ' AND ' : ' OR ');
    }
    default: {
      const where = `query on ${table.name}, column ${predicate.column}`;
      const column = table.columns.find(({ name }) => name === predicate.column);
      if (column === undefined) throw queryError('QUERY_INVALID', where, 'the table has no such column');
      if (!isComparable(column.type, predicate.op)) {
        throw queryError('QUERY_INVALID', where, `${predicate.op} cannot compare values of type ${column.type.kind}`);
      }
      const literal = literalToSql(predicate.value, column.type, where);
      return `${nameText(column.name)} ${SIGNS[predicate.op]} ${literal}`;
    }
  }
}

/** Lists within lists stand in parentheses; the rest binds tighter anyway. */
function itemText(item: Predicate, table: QueryTable): string {
  const text = predicateText(item, table);
  return (item.op === 'and' || item.op === 'or') && item.items.length > 1 ? `(${text})` : text;
}

function nameText(name: string): string {
  return SQL_KEYWORDS.has(name.toUpperCase()) ? `"${name}"` : name;
}
