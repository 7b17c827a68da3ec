import { putVarint } from '@tickbase/base';
import { SHAPE_WORDS } from './column.ts';
import { SHORT_RECORD_BYTES_MAX } from './commit-record.ts';
import { PART_UPDATES, RECORD_VERSION } from './encode-record.ts';
import type { SealedChange } from './sealed-change.ts';

/**
 * The logged section of a short record straight into memory of somebody else's, in which there is room for SHORT_RECORD_BYTES_MAX from `at`
 * on: the bytes of `encodeRecord`, without a copy of them. Short is what nearly every single call leaves: a few rows that were changed alike, in columns of
 * fixed width. `data` is a view of the same memory. Returns the end, or -1 with nothing of use written: it is another one.
 */
export function putShortRecord(
  bytes: Uint8Array,
  data: DataView,
  at: number,
  tick: number,
  timestampUs: number,
  changes: readonly SealedChange[],
): number {
  let roomLeft = SHORT_RECORD_BYTES_MAX - HEAD_BYTES_MAX;
  for (let i = 0; i < changes.length; i++) {
    const change = changes[i]!;
    if (!change.isLogged) continue;
    roomLeft -= TABLE_BYTES_MAX + change.count * (SLOT_BYTES_MAX + change.loggedRowBytes);
    if (roomLeft < 0 || !isOneRun(change)) return -1;
  }
  bytes[at] = RECORD_VERSION;
  let end = putVarint(bytes, at + 1, tick);
  const high = Math.floor(timestampUs / 0x1_0000_0000);
  data.setUint32(end, timestampUs - high * 0x1_0000_0000, true);
  data.setUint32(end + 4, high, true);
  end += 8;
  for (let i = 0; i < changes.length; i++) {
    if (changes[i]!.isLogged) end = putRun(bytes, data, end, changes[i]!);
  }
  return end;
}

/** Version, tick and time. */
const HEAD_BYTES_MAX = 17;
/** Table id, parts, how many runs, a mask of one word, how many rows. */
const TABLE_BYTES_MAX = 20;
const SLOT_BYTES_MAX = 5;

/** Nothing but updates, all with the same mask of one word, which has something for the log. */
function isOneRun({ updateCount, count, areMasksAlike, maskWords, isSequenceMoved }: SealedChange): boolean {
  return updateCount === count && areMasksAlike && maskWords === 1 && !isSequenceMoved;
}

function putRun(
  bytes: Uint8Array,
  data: DataView,
  start: number,
  { table, recordColumns, masks, slots, count }: SealedChange,
): number {
  const { logged, loggedMask } = recordColumns;
  const mask = masks[0]! & loggedMask[0]!;
  let at = putVarint(bytes, start, table.plan.id);
  bytes[at] = PART_UPDATES;
  bytes[at + 1] = 1;
  at = putVarint(bytes, at + 2, mask >>> 0);
  at = putVarint(bytes, at, count);
  let next = 0;
  for (let i = 0; i < count; i++) {
    const slot = slots[i]!;
    at = putVarint(bytes, at, slot - next);
    next = slot + 1;
  }
  for (let i = 0; i < logged.length; i++) {
    const position = logged[i]!;
    if ((mask & (1 << position)) === 0) continue;
    const column = table.columns[position]!;
    if (column.shape === SHAPE_WORDS) {
      const { words, wordsPerSlot } = column;
      for (let row = 0; row < count; row++) {
        const cell = slots[row]! * wordsPerSlot;
        for (let word = 0; word < wordsPerSlot; word++, at += 4) data.setUint32(at, words[cell + word]!, true);
      }
    } else {
      const { bytes: cells, bytesPerSlot } = column;
      for (let row = 0; row < count; row++) {
        const cell = slots[row]! * bytesPerSlot;
        for (let byte = 0; byte < bytesPerSlot; byte++) bytes[at++] = cells[cell + byte]!;
      }
    }
  }
  return at;
}
