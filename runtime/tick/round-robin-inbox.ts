import type { InboxWriter } from './inbox-writer.ts';
import type { Inbox, InboxItem, TickClient } from './tick-ports.ts';

/**
 * Waiting work of all clients: one queue a client, and a ring of the clients that have any. `take` gives the oldest item of
 * the client whose turn it is, then that client goes to the end of the ring. All in constant time.
 */
export class RoundRobinInbox implements Inbox, InboxWriter {
  /** Called when an item comes while none waits: at `tickRate: 0` it wakes the loop. */
  onWork: (() => void) | null = null;

  readonly #queueOf = new Map<TickClient, ClientQueue>();
  #first: ClientQueue | null = null;
  #last: ClientQueue | null = null;
  #waitingCount = 0;
  /** Emptied queues, for the next client that has work. */
  readonly #spare: ClientQueue[] = [];
  /** The queue of the last push, mostly that of the next as well: a message brings many items. Without a client once it is retired. */
  #pushed = new ClientQueue();

  get waitingCount(): number {
    return this.#waitingCount;
  }

  push(item: InboxItem): void {
    let queue = this.#pushed;
    if (queue.client !== item.client) queue = this.#pushed = this.#queueOf.get(item.client) ?? this.#begin(item.client);
    queue.items.push(item);
    this.#waitingCount++;
    if (this.#waitingCount === 1) this.onWork?.();
  }

  peek(): InboxItem | null {
    const queue = this.#first;
    return queue === null ? null : queue.items[queue.head]!;
  }

  take(): InboxItem | null {
    const queue = this.#first;
    if (queue === null) return null;
    this.#unlink(queue);

    const item = queue.items[queue.head++]!;
    this.#waitingCount--;
    if (queue.head === queue.items.length) this.#retire(queue);
    else {
      if (queue.head >= TAKEN_KEPT_MAX && 2 * queue.head >= queue.items.length) queue.dropTaken();
      this.#toEnd(queue);
    }
    return item;
  }

  giveBack(item: InboxItem): void {
    let queue = this.#queueOf.get(item.client);
    if (queue === undefined) queue = this.#enlist(item.client);
    else this.#unlink(queue);
    if (queue.head === 0) queue.items.unshift(item);
    else queue.items[--queue.head] = item;
    this.#waitingCount++;
    this.#toFront(queue);
  }

  /** Puts what `translate` says in the place of each item that waits; null: it waits no longer. Between ticks. */
  translate(translate: (item: InboxItem) => InboxItem | null): void {
    for (const queue of this.#queueOf.values()) {
      const items: InboxItem[] = [];
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
    this.#queueOf.set(client, queue);
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
    this.#queueOf.delete(queue.client!);
    queue.client = null;
    while (queue.items.length > 0) queue.items.pop(); // to set the length would give the memory back
    queue.head = 0;
    if (this.#spare.length < SPARE_QUEUES_MAX) this.#spare.push(queue);
  }
}

class ClientQueue {
  client: TickClient | null = null;
  /** From `head` on they wait; those before are taken. Bounded by the gateway's limit for one client. */
  items: InboxItem[] = [];
  head = 0;
  next: ClientQueue | null = null;
  previous: ClientQueue | null = null;

  /** For a client that always has something waiting. Half of the list at least goes, so an item is moved once on average. */
  dropTaken(): void {
    this.items.splice(0, this.head);
    this.head = 0;
  }
}

const TAKEN_KEPT_MAX = 32;

const SPARE_QUEUES_MAX = 1024;
