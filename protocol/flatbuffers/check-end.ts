import { wireError } from '@tickbase/base';
import type { CheckedBuffer } from './checked-buffer.ts';

/** All that follows the furthest object visited must be padding: zeros, fewer than eight. */
export function checkEnd({ bytes, reached, end }: CheckedBuffer): void {
  let isPadding = end - reached < 8;
  for (let at = reached; isPadding && at < end; at++) isPadding = bytes[at] === 0;
  if (isPadding) return;
  const mend = 'end the message where its FlatBuffers end, padded with at most seven zeros';
  throw wireError('WIRE_TRAILING', `${end - reached} bytes follow the last object of a message`, reached, mend);
}
