import type { CallItem, CallResult } from '@tickbase/protocol';
import { ConnectionLost } from '../errors/connection-lost.ts';

/** A call from the moment it is made until its promise settles. */
export class PendingCall {
  readonly accessor: string;
  readonly args: unknown;
  readonly promise: Promise<void>;
  /** Fulfils the promise. */
  readonly resolve: (value?: PromiseLike<void>) => void;
  /** The server's reducer, -1: the arguments are not encoded yet for its schema; they are bytes[start…end), which nobody changes any more. */
  reducerId = -1;
  bytes: Uint8Array = NOTHING;
  start = 0;
  end = 0;
  /** 0: not sent. */
  sequence = 0;
  /** It is to be sent. */
  isWaiting = false;
  /** What the server made of it; null: not known yet. */
  result: CallResult | null = null;
  readonly #reject: (error: Error) => void;

  constructor(accessor: string, args: unknown) {
    this.accessor = accessor;
    this.args = args;
    this.promise = new Promise<void>(takeEnds);
    this.resolve = lastResolve;
    this.#reject = lastReject;
  }

  /** Rejects the promise at once. */
  reject(error: Error): void {
    this.#leave(error);
    this.#reject(error);
  }

  /**
   * Settles the promise some turns later. The error is made in a turn of its own, in which engines know the functions that await the call: so its stack
   * names their lines (V8), and no call pays for one beforehand.
   */
  settleLater(makeError: (() => Error) | null): void {
    const settled = Promise.resolve()
      .then(() => {}) // by the next turn the promise waits for this one
      .then(() => {
        if (makeError === null) return;
        const error = makeError();
        this.#leave(error);
        throw error;
      });
    this.resolve(settled);
  }

  /**
   * A ConnectionLost that nobody awaits is no unhandled rejection: whoever calls without awaiting and leaves has not asked. What the server answers
   * is one, as of any promise.
   */
  #leave(error: Error): void {
    if (error instanceof ConnectionLost) this.promise.catch(() => {});
  }

  get item(): CallItem {
    const { sequence, reducerId, bytes, start, end } = this;
    return { kind: 'call', sequence, reducerId, args: bytes.subarray(start, end) };
  }
}

const NOTHING = new Uint8Array(0);

// One function for the ends of all promises, rather than one for each.
let lastResolve: (value?: PromiseLike<void>) => void;
let lastReject: (error: Error) => void;
const takeEnds = (resolve: (value: void | PromiseLike<void>) => void, reject: (error: Error) => void): void => {
  lastResolve = resolve as typeof lastResolve;
  lastReject = reject;
};
