import { TickbaseError } from '@tickbase/base';
import { type Plan, shownPlan } from '@tickbase/schema/plan';
import { parseSql, type Query, toSql } from '@tickbase/schema/query';
import type { SubscribeRefusal } from './viewers-port.ts';

/** Queries that were read under one plan, as the next one means them: by their names, with values of the columns' new types. */
export class QueryTranslator {
  readonly #before: Plan;
  readonly #after: Plan;
  /** Tables that stand alike in both plans: their queries stay what they are. */
  readonly #same = new Set<string>();
  readonly #known = new Map<string, Query | SubscribeRefusal>();

  constructor(before: Plan, after: Plan) {
    this.#before = before;
    this.#after = shownPlan(after);
    const readable = after.tables.filter(({ isPublic }) => isPublic);
    const texts = new Map(readable.map((table) => [table.name, JSON.stringify(table)]));
    for (const table of before.tables) {
      if (texts.get(table.name) === JSON.stringify(table)) this.#same.add(table.name);
    }
  }

  /** A refusal when the new plan has no such table for clients, or no such column, or none that compares so. */
  translate(query: Query): Query | SubscribeRefusal {
    const { join } = query;
    if (this.#same.has(query.table) && (join === undefined || this.#same.has(join.table))) return query;
    const table = this.#before.tables.find(({ name }) => name === query.table);
    if (table === undefined) return { code: 'UNKNOWN_TABLE', message: `there is no table ${query.table}` };
    const joined = join && this.#before.tables.find(({ name }) => name === join.table);
    const text = toSql(query, table, joined);
    let known = this.#known.get(text);
    if (known === undefined) this.#known.set(text, (known = this.#read(text)));
    return known;
  }

  /** All of a query set; the first refusal if there is one. */
  translateAll(queries: readonly Query[]): readonly Query[] | SubscribeRefusal {
    const translated: Query[] = [];
    for (const query of queries) {
      const next = this.translate(query);
      if ('code' in next) return next;
      translated.push(next);
    }
    return translated;
  }

  #read(text: string): Query | SubscribeRefusal {
    try {
      return parseSql(text, this.#after);
    } catch (error) {
      if (!(error instanceof TickbaseError)) throw error;
      return { code: error.code, message: `the module was replaced: ${error.what} (${error.where}); ${error.mend}` };
    }
  }
}
