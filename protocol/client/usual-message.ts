import { ByteWriter } from '@tickbase/base';
import type { ClientItem } from './client-message.ts';
import { encodeClientMessage } from './encode-client-message.ts';

/**
 * What nearly all messages of clients that play look like: a receipt, and one call or none, as `encodeClientMessage` lays them out. They are the
 * same words each time but for a few, and known by them at a tenth of what it costs to follow and check each offset.
 */
export class UsualMessage {
  /** Of the message that was recognized last. */
  receiptTick = 0;
  sequence = 0;
  reducerId = 0;
  /** Its arguments lie from CALL_ARGS on; -1: it has no call. */
  argsLength = -1;

  /** False: it is any other message, which may be a right one. `data`: with the message at its begin, and whatever behind. */
  recognizes(data: DataView, length: number): boolean {
    const isReceipt = length === RECEIPT_BYTES;
    const words = isReceipt ? RECEIPT : CALL;
    if (!isReceipt && length < CALL_ARGS) return false;
    const tickAt = isReceipt ? RECEIPT_TICK : CALL_TICK;
    if (!areSame(data, words, 0, tickAt)) return false;
    const high = data.getUint32(tickAt + 4, true);
    if (high > 0x1f_ffff) return false;
    this.argsLength = -1;
    if (!isReceipt && !this.#takeCall(data, length)) return false;
    this.receiptTick = high * 0x1_0000_0000 + data.getUint32(tickAt, true);
    return true;
  }

  #takeCall(data: DataView, length: number): boolean {
    if (!areSame(data, CALL, CALL_TICK + 8, SEQUENCE) || !areSame(data, CALL, REDUCER_ID + 4, ARGS_LENGTH))
      return false;
    const argsLength = data.getUint32(ARGS_LENGTH, true);
    const end = CALL_ARGS + argsLength;
    if (end > length || end + 8 <= length) return false;
    for (let at = end; at < length; at++) if (data.getUint8(at) !== 0) return false;
    this.sequence = data.getUint32(SEQUENCE, true);
    this.reducerId = data.getUint32(REDUCER_ID, true);
    this.argsLength = argsLength;
    return true;
  }
}

/** Words from the byte `from` up to `end`. */
function areSame(data: DataView, words: Int32Array, from: number, end: number): boolean {
  for (let at = from; at < end; at += 4) if (data.getInt32(at, true) !== words[at >> 2]) return false;
  return true;
}

function wordsOf(items: ClientItem[]): Int32Array {
  const writer = new ByteWriter(128);
  encodeClientMessage(writer, { receiptTick: 0, items });
  return Int32Array.from({ length: writer.length / 4 }, (_, i) => writer.data.getInt32(4 * i, true));
}

const RECEIPT = wordsOf([]);
const CALL = wordsOf([{ kind: 'call', sequence: 0, reducerId: 0, args: new Uint8Array(0) }]);

// Places in bytes; a test holds them against messages of all kinds.
const RECEIPT_BYTES = 24;
const RECEIPT_TICK = 16;
const CALL_TICK = 16;
const SEQUENCE = 68;
const REDUCER_ID = 72;
const ARGS_LENGTH = 80;
export const CALL_ARGS = 84;
