import { checkEnd } from '../flatbuffers/check-end.ts';
import { CheckedBuffer } from '../flatbuffers/checked-buffer.ts';
import { TickbaseError } from '@tickbase/base';
import type { ClientItem, ClientMessage, HelloItem } from './client-message.ts';
import * as shapes from './client-shapes.ts';
import { DecodedCalls } from './decoded-calls.ts';
import { CALL_ARGS, UsualMessage } from './usual-message.ts';

export interface ClientMessageLimits {
  readonly messageBytesMax: number;
  readonly itemsMax: number;
  /** Of one call. */
  readonly argsBytesMax: number;
  /** Of one query. */
  readonly queryTextBytesMax: number;
  /** In one subscription. */
  readonly queriesMax: number;
}

export const CLIENT_MESSAGE_LIMITS: ClientMessageLimits = {
  messageBytesMax: 65_536,
  itemsMax: 256,
  argsBytesMax: 32_768,
  queryTextBytesMax: 4096,
  queriesMax: 64,
};

/** Tokens and hashes of a hello; a signed token with a few claims has one or two kilobytes. */
const HELLO_TEXT_BYTES_MAX = 8192;

/**
 * Reads a message that came from outside: one pass that checks and copies, in time linear in its bytes. Throws a
 * TickbaseError (WIRE_*) unless all of it is as WIRE.md says; nothing of `bytes` is kept.
 */
export function decodeClientMessage(
  bytes: Uint8Array,
  limits: ClientMessageLimits = CLIENT_MESSAGE_LIMITS,
): ClientMessage {
  if (bytes.length > limits.messageBytesMax) throw messageTooLong(bytes.length, limits.messageBytesMax);
  const message: ClientMessage = { receiptTick: 0, items: [] };
  decodeInto(message, new CheckedBuffer(bytes, 0, bytes.length, true), limits);
  return message;
}

/** The same for many messages, with less garbage. */
export class ClientMessageDecoder {
  /** The message that was decoded last, when it has calls and nothing else: they are here, and not among its items. */
  readonly calls: DecodedCalls;
  readonly #limits: ClientMessageLimits;
  readonly #message: ClientMessage = { receiptTick: 0, items: [] };
  readonly #usual = new UsualMessage();
  #buffer = new CheckedBuffer(new Uint8Array(BUFFER_BYTES_FIRST), 0, BUFFER_BYTES_FIRST, true);

  constructor(limits: ClientMessageLimits) {
    this.#limits = limits;
    this.calls = new DecodedCalls(limits.itemsMax);
  }

  /** As decodeClientMessage, but for `calls`. The message and its list of items are valid until the next call, the items for good. */
  decode(bytes: Uint8Array): ClientMessage {
    const { messageBytesMax } = this.#limits;
    if (bytes.length > messageBytesMax) throw messageTooLong(bytes.length, messageBytesMax);
    if (bytes.length > this.#buffer.bytes.length) {
      const capacity = Math.min(2 * bytes.length, messageBytesMax);
      this.#buffer = new CheckedBuffer(new Uint8Array(capacity), 0, capacity, true);
    }
    // A view of the bytes where they lie would cost more than to copy the few that most messages have.
    this.#buffer.bytes.set(bytes);
    this.#buffer.begin(bytes.length);
    this.calls.begin(this.#buffer.bytes, this.#buffer.data);
    if (this.#takeUsual(bytes.length)) return this.#message;
    if (!decodeCalls(this.calls, this.#message, this.#buffer, this.#limits)) {
      this.calls.begin(this.#buffer.bytes, this.#buffer.data);
      this.#buffer.begin(bytes.length);
      decodeInto(this.#message, this.#buffer, this.#limits);
    }
    return this.#message;
  }

  /** False: the message is another one, or more than the limits allow. */
  #takeUsual(length: number): boolean {
    const usual = this.#usual;
    const { itemsMax, argsBytesMax } = this.#limits;
    if (!usual.recognizes(this.#buffer.data, length)) return false;
    const { argsLength } = usual;
    if (argsLength > argsBytesMax || itemsMax < 1) return false;
    const { items } = this.#message;
    while (items.length > 0) items.pop();
    this.#message.receiptTick = usual.receiptTick;
    if (argsLength >= 0) this.calls.add(usual.sequence, usual.reducerId, CALL_ARGS, CALL_ARGS + argsLength);
    return true;
  }
}

const BUFFER_BYTES_FIRST = 4096;

/** Empties the message and takes its head in; returns where its items begin, of which there are `buffer.count`. */
function beginItems(message: ClientMessage, buffer: CheckedBuffer, limits: ClientMessageLimits): number {
  const { items } = message;
  while (items.length > 0) items.pop();
  const root = buffer.root(2);
  message.receiptTick = buffer.u53(root, 0);
  const first = buffer.vector(root, 1, 4);
  if (buffer.count > limits.itemsMax) throw buffer.overLimit('items', limits.itemsMax, first);
  return first;
}

function decodeInto(message: ClientMessage, buffer: CheckedBuffer, limits: ClientMessageLimits): void {
  const first = beginItems(message, buffer, limits);
  const count = buffer.count;
  for (let i = 0; i < count; i++) message.items.push(decodeItem(buffer, first + 4 * i, i, limits));
  checkEnd(buffer);
}

/** False: something in it is no call, and the message is to be decoded from its start. */
function decodeCalls(
  calls: DecodedCalls,
  message: ClientMessage,
  buffer: CheckedBuffer,
  limits: ClientMessageLimits,
): boolean {
  const first = beginItems(message, buffer, limits);
  const count = buffer.count;
  for (let i = 0; i < count; i++) {
    const item = buffer.tableAt(first + 4 * i, 2);
    if (buffer.u8(item, 0) !== shapes.BODY_CALL) return false;
    const call = buffer.tableAt(buffer.required(buffer.field(item, 1, 4), item), 3);
    const sequence = buffer.u32(call, 0);
    const reducerId = buffer.u32(call, 1);
    const start = buffer.vector(call, 2, 1);
    if (buffer.count > limits.argsBytesMax) throw buffer.overLimit('bytes', limits.argsBytesMax, start);
    calls.add(sequence, reducerId, start, start + buffer.count);
  }
  checkEnd(buffer);
  return true;
}

function decodeItem(buffer: CheckedBuffer, at: number, index: number, limits: ClientMessageLimits): ClientItem {
  const item = buffer.tableAt(at, 2);
  const tag = buffer.u8(item, 0);
  const body = buffer.required(buffer.field(item, 1, 4), item);
  switch (tag) {
    case shapes.BODY_HELLO:
      if (index !== 0) throw buffer.broken('has a hello that is not its first item', item);
      return decodeHello(buffer, buffer.tableAt(body, 7));
    case shapes.BODY_CALL: {
      const call = buffer.tableAt(body, 3);
      return {
        kind: 'call',
        sequence: buffer.u32(call, 0),
        reducerId: buffer.u32(call, 1),
        args: buffer.raw(call, 2, limits.argsBytesMax),
      };
    }
    case shapes.BODY_SUBSCRIBE: {
      const subscribe = buffer.tableAt(body, 2);
      return {
        kind: 'subscribe',
        querySetId: buffer.u32(subscribe, 0),
        queries: decodeQueries(buffer, subscribe, limits),
      };
    }
    case shapes.BODY_UNSUBSCRIBE:
      return { kind: 'unsubscribe', querySetId: buffer.u32(buffer.tableAt(body, 1), 0) };
    case shapes.BODY_ONE_OFF_QUERY: {
      const query = buffer.tableAt(body, 2);
      buffer.required(buffer.field(query, 1, 4), query);
      return {
        kind: 'query',
        requestId: buffer.u32(query, 0),
        query: buffer.string(query, 1, limits.queryTextBytesMax),
      };
    }
    case shapes.BODY_GOODBYE:
      buffer.tableAt(body, 0);
      return { kind: 'goodbye' };
    default:
      throw new TickbaseError({
        code: 'WIRE_TAG',
        what: `${tag} is no kind of item`,
        where: `byte ${item}`,
        mend: 'send items of client.fbs of this protocol version',
      });
  }
}

function decodeHello(buffer: CheckedBuffer, hello: number): HelloItem {
  const resume = buffer.table(hello, 4, 4);
  return {
    kind: 'hello',
    protocolVersion: buffer.u32(hello, 0),
    token: buffer.string(hello, 1, HELLO_TEXT_BYTES_MAX),
    confirmed: buffer.bool(hello, 2, true),
    schemaHash: buffer.string(hello, 3, HELLO_TEXT_BYTES_MAX),
    resume: resume === 0 ? null : decodeResume(buffer, resume),
    resultsSeen: buffer.u32(hello, 5),
    bytesPerSecond: buffer.u32(hello, 6),
  };
}

function decodeResume(buffer: CheckedBuffer, resume: number): NonNullable<HelloItem['resume']> {
  buffer.required(buffer.field(resume, 0, 4), resume);
  buffer.required(buffer.field(resume, 2, 4), resume);
  return {
    epoch: buffer.string(resume, 0, HELLO_TEXT_BYTES_MAX),
    connectionId: buffer.bits(resume, 1, 128),
    resumeToken: buffer.string(resume, 2, HELLO_TEXT_BYTES_MAX),
    lastTick: buffer.u53(resume, 3),
  };
}

function decodeQueries(buffer: CheckedBuffer, subscribe: number, limits: ClientMessageLimits): string[] {
  const first = buffer.vector(subscribe, 1, 4);
  const count = buffer.count;
  if (count > limits.queriesMax) throw buffer.overLimit('queries in a subscription', limits.queriesMax, first);
  const queries: string[] = [];
  for (let i = 0; i < count; i++) queries.push(buffer.stringAt(first + 4 * i, limits.queryTextBytesMax));
  return queries;
}

function messageTooLong(length: number, max: number): TickbaseError {
  return new TickbaseError({
    code: 'WIRE_LIMIT',
    what: `a message has ${length} bytes, ${max} are allowed`,
    where: 'the whole message',
    mend: 'split it into several messages, or raise messageBytesMax in the server',
  });
}
