/** A query as text, or something that has one: a table or a filtered table of the generated `tables`. */
export type QueryInput = string | QueryText;

export interface QueryText {
  toSql(): string;
}

/** What `subscribe` takes. */
export type SubscribeInput<Tables> =
  | QueryInput
  | readonly QueryInput[]
  | ((tables: Tables) => QueryInput | readonly QueryInput[]);

export function queryText(query: QueryInput): string {
  return typeof query === 'string' ? query : query.toSql();
}

export function queryTexts<Tables>(input: SubscribeInput<Tables>, tables: Tables): string[] {
  const queries = typeof input === 'function' ? input(tables) : input;
  return isList(queries) ? queries.map(queryText) : [queryText(queries)];
}

function isList(queries: QueryInput | readonly QueryInput[]): queries is readonly QueryInput[] {
  return Array.isArray(queries);
}
