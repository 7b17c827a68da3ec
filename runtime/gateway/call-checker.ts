import { ByteReader, TickbaseError } from '@tickbase/base';
import { checkArgs, plainArgsCheck, type PlainArgsCheck } from '@tickbase/protocol';
import type { Plan, ReducerPlan } from '@tickbase/schema/plan';

/** Says for each call of a client whether it may go to the tick: a known, callable reducer, and arguments of its types. */
export class CallChecker {
  readonly #reducers: readonly ReducerPlan[];
  /** By id, which are small numbers; undefined: none has it. */
  readonly #positions: (number | undefined)[] = [];
  /** By position; null: its arguments need the whole check. */
  readonly #plainChecks: readonly (PlainArgsCheck | null)[];
  /** Scratch: a reader over a copy costs less than one over the arguments where they lie. */
  readonly #reader = new ByteReader(new Uint8Array(SHORT_BYTES_MAX));

  constructor(plan: Plan) {
    this.#reducers = plan.reducers;
    plan.reducers.forEach((reducer, position) => (this.#positions[reducer.id] = position));
    this.#plainChecks = plan.reducers.map(({ params }) => plainArgsCheck(params));
  }

  /** Position in plan.reducers, or why not. The arguments are bytes[start…end). */
  check(reducerId: number, bytes: Uint8Array, start: number, end: number): number | CallRefusal {
    const position = this.#positions[reducerId];
    if (position === undefined) {
      return { code: 'UNKNOWN_REDUCER', message: `there is no reducer with the id ${reducerId}` };
    }
    const reducer = this.#reducers[position]!;
    if (reducer.role !== 'call') {
      return { code: 'REDUCER_NOT_CALLABLE', message: `${reducer.name} is run by the server only` };
    }
    if (this.#plainChecks[position]?.(bytes, start, end) === true) return position;
    return this.#refuseArgs(reducer, bytes, start, end) ?? position;
  }

  /** One bounds-checked pass over what a client sent; nothing is built from it. */
  #refuseArgs(reducer: ReducerPlan, bytes: Uint8Array, start: number, end: number): CallRefusal | null {
    try {
      checkArgs(this.#readerOf(bytes, start, end), reducer.params);
      return null;
    } catch (error) {
      if (!(error instanceof TickbaseError)) throw error;
      return { code: 'BAD_ARGUMENTS', message: `${reducer.name}: ${error.what} (${error.where}; ${error.code})` };
    }
  }

  #readerOf(bytes: Uint8Array, start: number, end: number): ByteReader {
    if (end - start > SHORT_BYTES_MAX) return new ByteReader(bytes.subarray(start, end));
    const reader = this.#reader;
    for (let i = start; i < end; i++) reader.bytes[i - start] = bytes[i]!;
    reader.offset = 0;
    reader.end = end - start;
    return reader;
  }
}

export interface CallRefusal {
  readonly code: string;
  readonly message: string;
}

const SHORT_BYTES_MAX = 256;
