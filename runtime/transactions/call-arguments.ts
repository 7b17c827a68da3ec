import { ArgumentsReader } from './arguments-reader.ts';
import { compileCodec } from '@tickbase/protocol';
import type { Plan } from '@tickbase/schema/plan';
import type { ArgumentReader, WorldCode } from './row-code.ts';

/** Decodes the arguments of calls, by position of the reducer. */
export class CallArguments {
  readonly #decoders: readonly ArgumentReader[];
  /** The arguments' memory is that of many calls, and the reader's view of it is of the module's context, as is what it decodes. */
  #memory: Uint8Array = new Uint8Array(0);
  #reader = new ArgumentsReader(this.#memory);

  constructor(plan: Plan, code: WorldCode) {
    this.#decoders = plan.reducers.map(({ params }, position) =>
      code.arguments[position]!(params.map(({ type }) => compileCodec(type))),
    );
  }

  /** args[start…end): the positional encoding of the parameters, already checked against the plan. */
  decode(reducer: number, args: Uint8Array, start: number, end: number): Record<string, unknown> {
    if (args !== this.#memory) {
      this.#memory = args;
      this.#reader = new ArgumentsReader(new Uint8Array(args.buffer, args.byteOffset, args.byteLength));
    }
    const reader = this.#reader;
    reader.offset = start;
    reader.end = end;
    return this.#decoders[reducer]!(reader);
  }
}
