import { TickbaseError } from '@tickbase/base';

/** UTF-16 units of the queries' texts that the error repeats. */
const WHERE_LENGTH_MAX = 300;

/** The server's refusal of a subscription or a one-off query. Its message tells what is wrong and, for a query that is wrong, what is right. */
export function queryRefusal(code: string, message: string, queries: readonly string[]): TickbaseError {
  return new TickbaseError({
    code,
    what: message,
    where: queries.join('; ').slice(0, WHERE_LENGTH_MAX),
    mend: 'change the query and ask again; docs/reference/errors.md tells of the code',
  });
}
