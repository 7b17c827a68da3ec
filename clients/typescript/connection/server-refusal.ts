import { TickbaseError } from '@tickbase/base';

/** UTF-16 units of the place that the error repeats. */
const WHERE_LENGTH_MAX = 300;

/** The server's refusal of what is no call. Its message tells what is wrong and, for a query that is wrong, what is right. */
export function serverRefusal(code: string, message: string, where: string): TickbaseError {
  const mend = 'docs/reference/errors.md tells of the code';
  return new TickbaseError({ code, what: message, where: where.slice(0, WHERE_LENGTH_MAX), mend });
}
