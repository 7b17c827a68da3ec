import { ByteWriter } from '@tickbase/base';
import { CLIENT_MESSAGE_LIMITS } from '@tickbase/protocol';
import { InternalError } from '../errors/internal-error.ts';
import type { BoundReducer } from '../module/bound-schema.ts';
import type { PendingCall } from './pending-call.ts';

/** Encodes calls as the server's schema wants them, many into one piece of memory, which goes when the last of them does. */
export class CallEncoder {
  #chunk = new ByteWriter(CHUNK_BYTES);

  /** Throws a coded VALUE_* error that names the argument that does not fit, or CALL_TOO_LARGE; the call is then as it was. */
  encode(call: PendingCall, reducer: BoundReducer): void {
    if (this.#chunk.length >= CHUNK_BYTES - SHORT_BYTES) this.#chunk = new ByteWriter(CHUNK_BYTES);
    const chunk = this.#chunk;
    const start = chunk.length;
    reducer.args.encode(chunk, call.args ?? NO_ARGS, reducer.argsPath);
    const { argsBytesMax } = CLIENT_MESSAGE_LIMITS;
    if (chunk.length - start > argsBytesMax) {
      const message = `${chunk.length - start} bytes of arguments; ${argsBytesMax} at most`;
      this.#chunk = new ByteWriter(CHUNK_BYTES);
      throw new InternalError(message, 'CALL_TOO_LARGE', reducer.definition.accessor);
    }
    call.reducerId = reducer.wire.id;
    call.bytes = chunk.bytes;
    call.start = start;
    call.end = chunk.length;
  }
}

const NO_ARGS = {};
const CHUNK_BYTES = 4096;
/** Most calls have fewer: the memory need not grow for them. */
const SHORT_BYTES = 64;
