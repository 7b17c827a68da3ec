import { ByteReader } from '@tickbase/base';
import { compileCodec } from '@tickbase/protocol';
import type { Plan } from '@tickbase/schema/plan';
import type { ArgumentReader, WorldCode } from './row-code.ts';

/** Decodes the arguments of calls, by position of the reducer. */
export class CallArguments {
  readonly #decoders: readonly ArgumentReader[];
  /** Arguments are copied in here: what the module decodes from it is of its own context. */
  #reader = new ByteReader(new Uint8Array(BYTES_FIRST));

  constructor(plan: Plan, code: WorldCode) {
    this.#decoders = plan.reducers.map(({ params }, position) =>
      code.arguments[position]!(params.map(({ type }) => compileCodec(type))),
    );
  }

  /** args[start…end): the positional encoding of the parameters, already checked against the plan. */
  decode(reducer: number, args: Uint8Array, start: number, end: number): Record<string, unknown> {
    const length = end - start;
    if (length > this.#reader.bytes.length) {
      this.#reader = new ByteReader(new Uint8Array(2 ** Math.ceil(Math.log2(length))));
    }
    const reader = this.#reader;
    const { bytes } = reader;
    for (let i = 0; i < length; i++) bytes[i] = args[start + i]!; // mostly a few
    reader.offset = 0;
    reader.end = length;
    return this.#decoders[reducer]!(reader);
  }
}

const BYTES_FIRST = 4096;
