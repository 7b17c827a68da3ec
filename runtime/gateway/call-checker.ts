import { ByteReader, TickbaseError } from '@tickbase/base';
import { checkArgs } from '@tickbase/protocol';
import type { Plan, ReducerPlan } from '@tickbase/schema/plan';

/** Says for each call of a client whether it may go to the tick: a known, callable reducer, and arguments of its types. */
export class CallChecker {
  readonly #reducers: readonly ReducerPlan[];
  readonly #positions = new Map<number, number>();
  /** Scratch: a reader over a copy costs less than one over the arguments where they lie. */
  readonly #reader = new ByteReader(new Uint8Array(SHORT_BYTES_MAX));

  constructor(plan: Plan) {
    this.#reducers = plan.reducers;
    plan.reducers.forEach((reducer, position) => this.#positions.set(reducer.id, position));
  }

  /** Position in plan.reducers, or why not. */
  check(reducerId: number, args: Uint8Array): number | CallRefusal {
    const position = this.#positions.get(reducerId);
    if (position === undefined) {
      return { code: 'UNKNOWN_REDUCER', message: `there is no reducer with the id ${reducerId}` };
    }
    const reducer = this.#reducers[position]!;
    if (reducer.role !== 'call') {
      return { code: 'REDUCER_NOT_CALLABLE', message: `${reducer.name} is run by the server only` };
    }
    return this.#refuseArgs(reducer, args) ?? position;
  }

  /** One bounds-checked pass over what a client sent; nothing is built from it. */
  #refuseArgs(reducer: ReducerPlan, args: Uint8Array): CallRefusal | null {
    try {
      checkArgs(this.#readerOf(args), reducer.params);
      return null;
    } catch (error) {
      if (!(error instanceof TickbaseError)) throw error;
      return { code: 'BAD_ARGUMENTS', message: `${reducer.name}: ${error.what} (${error.where}; ${error.code})` };
    }
  }

  #readerOf(args: Uint8Array): ByteReader {
    if (args.length > SHORT_BYTES_MAX) return new ByteReader(args);
    const reader = this.#reader;
    for (let i = 0; i < args.length; i++) reader.bytes[i] = args[i]!;
    reader.offset = 0;
    reader.end = args.length;
    return reader;
  }
}

export interface CallRefusal {
  readonly code: string;
  readonly message: string;
}

const SHORT_BYTES_MAX = 256;
