import { ByteWriter } from '@tickbase/base';
import { type ClientItem, encodeClientMessage } from '@tickbase/protocol';
import type { ConnectionEnvironment } from './connection-environment.ts';

/** A message is closed at this many bytes of arguments and queries; the server takes 64 KiB by default. */
const MESSAGE_BYTES_MAX = 32 * 1024;
const MESSAGE_ITEMS_MAX = 256;

/** Something to say. It is asked for its items when it leaves; none: it has settled since. */
export type OutboxEntry = () => readonly ClientItem[];

/** What is said in one turn of the event loop leaves in one message, unless it is too much for one. */
export class Outbox {
  readonly #environment: ConnectionEnvironment;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #writer = new ByteWriter(1024);
  #entries: OutboxEntry[] = [];
  #isFlushDue = false;
  #isOpen = false;
  receiptTick = 0;

  constructor(environment: ConnectionEnvironment, send: (bytes: Uint8Array) => void) {
    this.#environment = environment;
    this.#send = send;
  }

  /** Refused (false) while there is nobody to say it to. */
  push(entry: OutboxEntry): boolean {
    if (!this.#isOpen) return false;
    this.#entries.push(entry);
    if (!this.#isFlushDue) {
      this.#isFlushDue = true;
      this.#environment.defer(() => this.flush());
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
    let items: ClientItem[] = [];
    let byteCount = 0;
    for (const item of entries.flatMap((entry) => entry())) {
      const itemBytes = sizeOf(item);
      if (items.length > 0 && (byteCount + itemBytes > MESSAGE_BYTES_MAX || items.length >= MESSAGE_ITEMS_MAX)) {
        this.sendNow(items);
        items = [];
        byteCount = 0;
      }
      items.push(item);
      byteCount += itemBytes;
    }
    if (items.length > 0) this.sendNow(items);
  }

  /** One message at once; without items it is a receipt. */
  sendNow(items: ClientItem[]): void {
    this.#writer.reset();
    encodeClientMessage(this.#writer, { receiptTick: this.receiptTick, items });
    this.#send(this.#writer.view());
  }
}

/** About how many bytes an item takes. */
function sizeOf(item: ClientItem): number {
  switch (item.kind) {
    case 'call':
      return 48 + item.args.length;
    case 'subscribe':
      return 48 + item.queries.reduce((sum, query) => sum + 8 + query.length * 3, 0);
    case 'query':
      return 48 + item.query.length * 3;
    default:
      return 48;
  }
}
