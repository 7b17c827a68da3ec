import { TickbaseError } from '@tickbase/base';

/**
 * A socket thread has ended that was not told to. `stack` is of what it failed by, in that thread, and is the error's own. Where: the first place in it that is neither
 * the check that failed nor Node's own.
 */
export function socketThreadFailed(stack: string): TickbaseError {
  const [what = '', ...frames] = stack.split('\n');
  const place = frames
    .map((line) => /^\s+at (?!assert |.*\(node:)(.*)/.exec(line)?.[1])
    .find((found) => found !== undefined);
  const error = new TickbaseError({
    code: 'SOCKET_THREAD_FAILED',
    what: `a thread with sockets failed by a fault of the server: ${what}`,
    where: place ?? 'a socket thread',
    mend: 'start the server again: what was confirmed is kept; report this line, and until it is mended do without --socket-threads',
  });
  error.stack = stack;
  return error;
}
