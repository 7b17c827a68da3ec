import { utf8Length } from '@tickbase/base';
import { CLIENT_MESSAGE_LIMITS } from '@tickbase/protocol';
import { InternalError } from '../errors/internal-error.ts';

/** What a server would close the connection for, said before it is sent; null: nothing. */
export function queryProblem(queries: readonly string[]): InternalError | null {
  const { queriesMax, queryTextBytesMax } = CLIENT_MESSAGE_LIMITS;
  if (queries.length > queriesMax) {
    return new InternalError(`${queries.length} queries in one subscription; ${queriesMax} at most`, 'QUERY_TOO_LONG');
  }
  for (const query of queries) {
    const length = utf8Length(query);
    if (length > queryTextBytesMax) {
      return new InternalError(`a query of ${length} bytes; ${queryTextBytesMax} at most`, 'QUERY_TOO_LONG');
    }
  }
  return null;
}
