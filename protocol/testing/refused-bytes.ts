/** Bytes that a decoder must refuse, one mistake in each. */
import { ByteWriter } from '@tickbase/base';
import type { TypePlan } from '@tickbase/schema/plan';
import type { ClientItem, HelloItem } from '../client/client-message.ts';
import { encodeClientMessage } from '../client/encode-client-message.ts';
import { encodePiece } from '../pieces/encode-piece.ts';
import type { WireTable } from '../schema/wire-schema.ts';
import { encodeSection } from '../server/encode-section.ts';
import type { Section, Watch } from '../server/section.ts';
import { bodyTable, movers } from './body-fixture.ts';

interface Refused {
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface RefusedValue extends Refused {
  readonly type: TypePlan;
}

export function valueRefusals(): RefusedValue[] {
  const nothing: TypePlan = { kind: 'object', name: null, fields: [] };
  const option: TypePlan = { kind: 'option', of: { kind: 'u8' } };
  const beast: TypePlan = { kind: 'enum', name: 'Kind', variants: [{ id: 4, name: 'Beast', type: { kind: 'unit' } }] };
  return [
    refusedValue('a bool of 2', { kind: 'bool' }, 2),
    refusedValue('an option of 2', option, 2, 7),
    refusedValue('an id that no variant has', beast, 0),
    refusedValue('an integer that is cut off', { kind: 'u32' }, 1, 2, 3),
    refusedValue('a byte too many', { kind: 'u16' }, 1, 2, 3),
    refusedValue('a count that is not in its shortest form', { kind: 'bytes' }, 0x81, 0, 7),
    refusedValue('more items than bytes', { kind: 'array', of: { kind: 'u16' } }, 2, 1, 0, 5),
    refusedValue('too many items of no bytes', { kind: 'array', of: nothing }, 0x81, 0x80, 4),
    refusedValue('an overlong form of UTF-8', { kind: 'string' }, 2, 0xc0, 0xaf),
    refusedValue('a surrogate in UTF-8', { kind: 'string' }, 3, 0xed, 0xa0, 0x80),
  ];
}

function refusedValue(name: string, type: TypePlan, ...bytes: number[]): RefusedValue {
  return { name, type, bytes: Uint8Array.from(bytes) };
}

export function pieceRefusals(): (Refused & { readonly table: WireTable; readonly watch: Watch })[] {
  const { source, watch } = movers(2, 3);
  const writer = new ByteWriter();
  encodePiece(writer, source);
  const good = writer.copy();
  const table = bodyTable();
  const pieces: ReturnType<typeof pieceRefusals> = [];
  const refuse = (name: string, flags: number, body: readonly number[]): void => {
    const bytes = Uint8Array.from([watch.handle, 0, 0, 0, body.length, 0, 0, flags, ...body]);
    pieces.push({ name, table, watch, bytes });
  };
  const body = Array.from(good.subarray(8));
  refuse('a body that is cut off', 64, body.slice(0, -1));
  refuse('a byte too many', 64, [...body, 0]);
  refuse('leaves that are announced and are none', 16, [0]);
  refuse('a leave without its destination', 16, [1, 9]);
  refuse('events with leaves', 2 | 16 | 32, [0, 0]);
  refuse('updates without a run', 64, [0]);
  refuse('a mask of no column', 64, [1, 0, 2, 5]);
  refuse('a mask with half of a pair', 64, [1, 8, 2, 5, 1, 2, 3]);
  refuse('a mask with a column that is not there', 64, [1, 0x80, 1, 2, 5, 1]);
  refuse('a run of no names', 64, [1, 64, 0, 5]);
  refuse('a bitmap whose last byte is 0', 64, [1, 2, 5, 5, 2, 1, 0, 7, 8]);
  refuse('a bitmap with another count', 64, [1, 2, 7, 5, 1, 1, 7, 8, 9]);
  refuse('a name above 65535', 64, [1, 2, 4, 0xff, 0xff, 3, 0, 7, 8]);
  refuse('a value above its type', 64, [1, 4, 2, 5, 0x80, 0x80, 4]);
  return pieces;
}

export function clientRefusals(): Refused[] {
  const hello: HelloItem = {
    kind: 'hello',
    protocolVersion: 1,
    token: '',
    confirmed: true,
    schemaHash: '',
    resume: null,
    resultsSeen: 0,
    bytesPerSecond: 0,
  };
  const goodbye: ClientItem = { kind: 'goodbye' };
  const subscribe = (queries: string[]): Uint8Array => messageOf({ kind: 'subscribe', querySetId: 3, queries });
  const impatient = messageOf({ ...hello, confirmed: false });
  const truthAt = impatient.findIndex((byte, at) => byte !== messageOf(hello)[at]);
  const misplaced = messageOf(goodbye);
  misplaced[0]! += 2;
  return [
    { name: 'a truth value of 2', bytes: impatient.map((byte, at) => (at === truthAt ? 2 : byte)) },
    { name: 'a root table out of alignment', bytes: misplaced },
    { name: 'a hello that is not the first item', bytes: messageOf(goodbye, hello) },
    { name: 'a vtable with a field that is unknown', bytes: withLongVtable() },
    { name: 'a text that is used twenty times', bytes: withSharedText() },
    { name: 'a tick of 2^53', bytes: withTick(2 ** 53) },
    { name: '257 items', bytes: messageOf(...Array.from({ length: 257 }, () => goodbye)) },
    { name: '65 queries', bytes: subscribe(Array.from({ length: 65 }, () => '')) },
    { name: 'a query of 4097 bytes', bytes: subscribe(['q'.repeat(4097)]) },
    { name: 'a token of 8193 bytes', bytes: messageOf({ ...hello, token: 't'.repeat(8193) }) },
  ];
}

export function serverRefusals(section: Section, piece: Uint8Array): Refused[] {
  const writer = new ByteWriter();
  encodeSection(writer, section, [piece], 1);
  const good = writer.copy();
  const patched = (at: number, value: number): Uint8Array => {
    const bytes = good.slice();
    new DataView(bytes.buffer).setUint32(at, value, true);
    return bytes;
  };
  const pieceAt = 8 + new DataView(good.buffer).getUint32(4, true);
  return [
    { name: 'no section', bytes: new Uint8Array(0) },
    { name: 'half of a section', bytes: good.slice(0, 32) },
    { name: 'a length that is no multiple of 8', bytes: patched(0, good.length - 4) },
    { name: 'a section longer than the message', bytes: patched(0, good.length + 8) },
    { name: 'a FlatBuffers part longer than the section', bytes: patched(4, good.length) },
    { name: 'a piece longer than its section', bytes: patched(pieceAt + 4, 1000) },
    { name: 'zeros behind the last section', bytes: Uint8Array.from([...good, 0, 0, 0, 0, 0, 0, 0, 0]) },
  ];
}

/** A section with a head, and behind the known fields one of 4 bytes. */
export function sectionWithUnknownField(section: Section): Uint8Array {
  const writer = new ByteWriter();
  encodeSection(writer, section, [], 0);
  const known = writer.copy();
  const head = known.subarray(24, 64);
  const bytes = new Uint8Array(96);
  const data = new DataView(bytes.buffer);
  data.setUint32(0, 96, true);
  data.setUint32(4, 88, true);
  data.setUint32(8, 36, true); // root table
  data.setUint16(12, 4 + 2 * 11, true); // vtable: eleven fields,
  data.setUint16(14, 48, true); // 48 bytes of table,
  data.setUint16(16, 4, true); // the head,
  data.setUint16(36, 44, true); // the unknown one
  data.setInt32(44, 32, true); // table: its vtable, 32 bytes back
  bytes.set(head, 48);
  data.setUint32(88, 77, true);
  return bytes;
}

function messageOf(...items: ClientItem[]): Uint8Array {
  const writer = new ByteWriter();
  encodeClientMessage(writer, { receiptTick: 0, items });
  return writer.copy();
}

/** A message of nothing, whose vtable has three fields instead of two. */
function withLongVtable(): Uint8Array {
  const bytes = new Uint8Array(24);
  const data = new DataView(bytes.buffer);
  data.setUint32(0, 16, true);
  data.setUint16(4, 4 + 2 * 3, true);
  data.setUint16(6, 8, true);
  data.setUint16(12, 4, true);
  data.setInt32(16, 12, true);
  data.setUint32(20, 5, true);
  return bytes;
}

/** Twenty queries that are the same bytes. */
function withSharedText(): Uint8Array {
  const text = 'select * from body where id = 70 or id = 71 or id = 72';
  const bytes = messageOf({ kind: 'subscribe', querySetId: 3, queries: [text, ...Array<string>(19).fill('')] });
  const data = new DataView(bytes.buffer);
  const isText = (at: number): boolean => at + 4 <= bytes.length && data.getUint32(at, true) === text.length;
  let vector = 0;
  while (!(data.getUint32(vector, true) === 20 && isText(vector + 4 + data.getUint32(vector + 4, true)))) vector += 4;
  const target = vector + 4 + data.getUint32(vector + 4, true);
  for (let i = 1; i < 20; i++) data.setUint32(vector + 4 + 4 * i, target - (vector + 4 + 4 * i), true);
  return bytes;
}

function withTick(tick: number): Uint8Array {
  const writer = new ByteWriter();
  encodeClientMessage(writer, { receiptTick: 2 ** 40, items: [] });
  const bytes = writer.copy();
  const data = new DataView(bytes.buffer);
  let at = 0;
  while (data.getBigUint64(at, true) !== 2n ** 40n) at += 4;
  data.setBigUint64(at, BigInt(tick), true);
  return bytes;
}
