import { ClientQueue } from './client-queue.ts';
import type { InboxWriter } from './inbox-writer.ts';
import type { Inbox, InboxItem, TickClient } from './tick-ports.ts';

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

  push(item: InboxItem): void {
    const queue = item.client.queue ?? null;
    if (queue === null) this.#begin(item.client).only = item;
    else {
      queue.list();
      queue.items.push(item);
    }
    this.#waitingCount++;
    if (this.#waitingCount === 1) this.onWork?.();
  }

  peek(): InboxItem | null {
    const queue = this.#first;
    return queue === null ? null : (queue.only ?? queue.items[queue.head]!);
  }

  take(): InboxItem | null {
    const queue = this.#first;
    if (queue === null) return null;
    this.#unlink(queue);
    this.#waitingCount--;
    const { only } = queue;
    if (only !== null) {
      queue.only = null;
      this.#retire(queue);
      return only;
    }

    const item = queue.items[queue.head++]!;
    if (queue.head === queue.items.length) this.#retire(queue);
    else {
      if (queue.head >= TAKEN_KEPT_MAX && 2 * queue.head >= queue.items.length) queue.dropTaken();
      this.#toEnd(queue);
    }
    return item;
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
      const items: InboxItem[] = [];
      queue.list();
      for (let i = queue.head; i < queue.items.length; i++) {
        const item = translate(queue.items[i]!);
        if (item !== null) items.push(item);
      }
      this.#waitingCount -= queue.items.length - queue.head - items.length;
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

const TAKEN_KEPT_MAX = 32;

const SPARE_QUEUES_MAX = 16_384;
