import { ByteWriter } from '@tickbase/base';
import { CallMessageWriter, type ClientItem, encodeClientMessage } from '@tickbase/protocol';
import type { CallLedger } from './call-ledger.ts';
import type { ConnectionEnvironment } from './connection-environment.ts';
import { PendingCall } from './pending-call.ts';

/** A message is closed at this many bytes of arguments and queries; the server takes 64 KiB by default. */
const MESSAGE_BYTES_MAX = 32 * 1024;
const MESSAGE_ITEMS_MAX = 256;

/** Something to say: a call, or what is asked for its parts when it leaves; none: it has settled since. */
export type OutboxEntry = PendingCall | (() => readonly MessagePart[]);

/** A call stands for its item. */
type MessagePart = PendingCall | ClientItem;

/** What is said in one turn of the event loop leaves in one message, unless it is too much for one. */
export class Outbox {
  readonly #environment: ConnectionEnvironment;
  readonly #calls: Pick<CallLedger, 'send'>;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #writer = new ByteWriter(1024);
  readonly #callWriter = new CallMessageWriter();
  readonly #flush = (): void => this.flush();
  #entries: OutboxEntry[] = [];
  /** Scratch of `flush`: the next message. */
  readonly #message: MessagePart[] = [];
  #messageBytes = 0;
  #isFlushDue = false;
  #isOpen = false;
  receiptTick = 0;

  constructor(environment: ConnectionEnvironment, calls: Pick<CallLedger, 'send'>, send: (bytes: Uint8Array) => void) {
    this.#environment = environment;
    this.#calls = calls;
    this.#send = send;
  }

  /** Refused (false) while there is nobody to say it to. */
  push(entry: OutboxEntry): boolean {
    if (!this.#isOpen) return false;
    this.#entries.push(entry);
    if (!this.#isFlushDue) {
      this.#isFlushDue = true;
      this.#environment.defer(this.#flush);
    }
    return true;
  }

  open(): void {
    this.#isOpen = true;
  }

  /** Nothing can be said any more; what waits is dropped, its owners still know of it. */
  close(): void {
    this.#isOpen = false;
    this.#entries = [];
  }

  flush(): void {
    this.#isFlushDue = false;
    const entries = this.#entries;
    this.#entries = [];
    for (const entry of entries) {
      if (!(entry instanceof PendingCall)) for (const part of entry()) this.#add(part);
      else if (this.#calls.send(entry)) this.#add(entry);
    }
    this.#sendMessage();
  }

  /** One message at once; without items it is a receipt. */
  sendNow(items: ClientItem[]): void {
    this.#writer.reset();
    encodeClientMessage(this.#writer, { receiptTick: this.receiptTick, items });
    this.#send(this.#writer.view());
  }

  #add(part: MessagePart): void {
    const message = this.#message;
    const bytes = sizeOf(part);
    if (this.#messageBytes + bytes > MESSAGE_BYTES_MAX || message.length >= MESSAGE_ITEMS_MAX) this.#sendMessage();
    message.push(part);
    this.#messageBytes += bytes;
  }

  #sendMessage(): void {
    const message = this.#message;
    if (message.length === 0) return;
    if (message.every(isCall)) this.#sendCalls(message);
    else this.sendNow(message.map((part) => (isCall(part) ? part.item : part)));
    while (message.length > 0) message.pop(); // to set the length would give the memory back
    this.#messageBytes = 0;
  }

  #sendCalls(calls: readonly PendingCall[]): void {
    const writer = this.#callWriter;
    writer.begin(this.#writer, this.receiptTick, calls.length);
    for (let i = 0; i < calls.length; i++) {
      const { sequence, reducerId, bytes, start, end } = calls[i]!;
      writer.add(sequence, reducerId, bytes, start, end);
    }
    writer.end();
    this.#send(this.#writer.view());
  }
}

function isCall(part: MessagePart): part is PendingCall {
  return part instanceof PendingCall;
}

/** About how many bytes it takes. */
function sizeOf(part: MessagePart): number {
  if (isCall(part)) return ITEM_BYTES + part.end - part.start;
  const texts = 'queries' in part ? part.queries : 'query' in part ? [part.query] : [];
  return texts.reduce((sum, text) => sum + 8 + 3 * text.length, ITEM_BYTES);
}

/** Of an item beside its texts and arguments. */
const ITEM_BYTES = 48;
