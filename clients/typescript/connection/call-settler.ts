import { ConnectionLost } from '../errors/connection-lost.ts';
import type { Settler } from './settler.ts';

/**
 * A call's promise and what settles it. A ConnectionLost that nobody awaits is no unhandled rejection: whoever calls without awaiting and
 * leaves has not asked. What the server answers is one, as of any promise.
 */
export function callSettler(): { readonly promise: Promise<void>; readonly settler: Settler<void> } {
  let settler: Settler<void> | undefined;
  const promise = new Promise<void>((resolve, rejectPromise) => {
    const reject = (error: Error): void => {
      if (error instanceof ConnectionLost) promise.catch(() => {});
      rejectPromise(error);
    };
    settler = { resolve, reject };
  });
  return { promise, settler: settler as Settler<void> };
}
