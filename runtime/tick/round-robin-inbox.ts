import { ClientQueue } from './client-queue.ts';
import type { InboxWriter } from './inbox-writer.ts';
import type { Inbox, InboxEntry, InboxItem, TickClient } from './tick-ports.ts';

/**
 * Waiting work of all clients: one queue a client, which hangs on it, and a ring of the clients that have any. `take` gives the oldest
 * item of the client whose turn it is, then that client goes to the end of the ring. All in constant time, with nothing to look up.
 */
export class RoundRobinInbox implements Inbox, InboxWriter {
  /** Called when an item comes while none waits: at `tickRate: 0` it wakes the loop. */
  onWork: (() => void) | null = null;

  #first: ClientQueue | null = null;
  #last: ClientQueue | null = null;
  #waitingCount = 0;
  /** Emptied queues, for the next client that has work. */
  readonly #spare: ClientQueue[] = [];

  get waitingCount(): number {
    return this.#waitingCount;
  }

  push(entry: InboxEntry): void {
    const queue = entry.client.queue ?? null;
    if (queue === null) this.#begin(entry.client).only = entry;
    else {
      queue.list();
      queue.items.push(entry);
    }
    const isFirst = this.#waitingCount === 0;
    this.#waitingCount += entry.kind === 'calls' ? entry.count : 1;
    if (isFirst) this.onWork?.();
  }

  peek(): InboxEntry | null {
    const queue = this.#first;
    return queue === null ? null : (queue.only ?? queue.items[queue.head]!);
  }

  take(stays = false): InboxItem | null {
    const queue = this.#first;
    if (queue === null) return null;
    this.#waitingCount--;
    const entry = queue.only ?? queue.items[queue.head]!;
    if (entry.kind !== 'calls') {
      this.#takeOut(queue);
      return entry;
    }
    const call = entry.take();
    if (entry.count === 0) this.#takeOut(queue);
    else if (!stays && queue.next !== null) {
      this.#unlink(queue);
      this.#toEnd(queue);
    }
    return call;
  }

  /** The oldest entry of the client whose turn it is has been given. */
  #takeOut(queue: ClientQueue): void {
    this.#unlink(queue);
    if (queue.only !== null) {
      queue.only = null;
      this.#retire(queue);
    } else if (++queue.head === queue.items.length) this.#retire(queue);
    else {
      if (queue.head >= TAKEN_KEPT_MAX && 2 * queue.head >= queue.items.length) queue.dropTaken();
      this.#toEnd(queue);
    }
  }

  giveBack(item: InboxItem): void {
    let queue = item.client.queue ?? null;
    if (queue === null) queue = this.#enlist(item.client);
    else this.#unlink(queue);
    queue.list();
    if (queue.head === 0) queue.items.unshift(item);
    else queue.items[--queue.head] = item;
    this.#waitingCount++;
    this.#toFront(queue);
  }

  /** Puts what `translate` says in the place of each item that waits; null: it waits no longer. Between ticks. */
  translate(translate: (item: InboxItem) => InboxItem | null): void {
    for (let queue = this.#first, next = queue; queue !== null; queue = next) {
      next = queue.next;
      queue.list();
      const waiting = itemsOf(queue.items.slice(queue.head));
      const items = waiting.map(translate).filter((item) => item !== null);
      this.#waitingCount -= waiting.length - items.length;
      queue.items = items;
      queue.head = 0;
      if (items.length > 0) continue;
      this.#unlink(queue);
      this.#retire(queue);
    }
  }

  #begin(client: TickClient): ClientQueue {
    const queue = this.#enlist(client);
    this.#toEnd(queue);
    return queue;
  }

  #enlist(client: TickClient): ClientQueue {
    const queue = this.#spare.pop() ?? new ClientQueue();
    queue.client = client;
    client.queue = queue;
    return queue;
  }

  #toEnd(queue: ClientQueue): void {
    queue.previous = this.#last;
    if (this.#last === null) this.#first = queue;
    else this.#last.next = queue;
    this.#last = queue;
  }

  #toFront(queue: ClientQueue): void {
    queue.next = this.#first;
    if (this.#first === null) this.#last = queue;
    else this.#first.previous = queue;
    this.#first = queue;
  }

  #unlink(queue: ClientQueue): void {
    if (queue.previous === null) this.#first = queue.next;
    else queue.previous.next = queue.next;
    if (queue.next === null) this.#last = queue.previous;
    else queue.next.previous = queue.previous;
    queue.previous = null;
    queue.next = null;
  }

  #retire(queue: ClientQueue): void {
    queue.client!.queue = null;
    queue.client = null;
    if (queue.head > 0) while (queue.items.length > 0) queue.items.pop(); // to set the length would give the memory back
    queue.head = 0;
    if (this.#spare.length < SPARE_QUEUES_MAX) this.#spare.push(queue);
  }
}

/** With an item for each call. */
export function itemsOf(entries: readonly InboxEntry[]): InboxItem[] {
  const items: InboxItem[] = [];
  for (const entry of entries) {
    if (entry.kind !== 'calls') items.push(entry);
    else while (entry.count > 0) items.push(entry.take());
  }
  return items;
}

const TAKEN_KEPT_MAX = 32;

const SPARE_QUEUES_MAX = 16_384;
