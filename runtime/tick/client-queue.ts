import type { InboxEntry, TickClient } from './tick-ports.ts';

/** What waits of one client. */
export class ClientQueue {
  client: TickClient | null = null;
  /** All that waits, as with most clients; then `items` is not looked at, and empty. Null: what waits is there. */
  only: InboxEntry | null = null;
  /** From `head` on they wait; those before are taken. Bounded by the gateway's limit for one client. */
  items: InboxEntry[] = [];
  head = 0;
  next: ClientQueue | null = null;
  previous: ClientQueue | null = null;

  /** From now on what waits is in `items`. */
  list(): void {
    if (this.only === null) return;
    this.items.push(this.only);
    this.only = null;
  }

  /** For a client that always has something waiting. Half of the list at least goes, so an item is moved once on average. */
  dropTaken(): void {
    this.items.splice(0, this.head);
    this.head = 0;
  }
}
