import { ByteWriter } from '@tickbase/base';
import { CLIENT_MESSAGE_LIMITS } from '@tickbase/protocol';
import { InternalError } from '../errors/internal-error.ts';
import type { BoundReducer } from '../module/bound-schema.ts';
import type { PendingCall } from './call-ledger.ts';

/** A call as the server's schema wants it. Throws a coded VALUE_* error that names the argument that does not fit, or CALL_TOO_LARGE. */
export function encodeCall(reducer: BoundReducer, args: unknown): NonNullable<PendingCall['encoded']> {
  const writer = new ByteWriter(64);
  reducer.args.encode(writer, args ?? {}, `reducer ${reducer.wire.name}, args`);
  const { argsBytesMax } = CLIENT_MESSAGE_LIMITS;
  if (writer.length > argsBytesMax) {
    throw new InternalError(
      `${writer.length} bytes of arguments; ${argsBytesMax} at most`,
      'CALL_TOO_LARGE',
      reducer.definition.accessor,
    );
  }
  return { reducerId: reducer.wire.id, args: writer.copy() };
}
