import { RoundRobinInbox, type InboxItem, type Outbox } from '../../tick/index.ts';
import { CALL_COMMITTED, CALL_REFUSED } from '../../transactions/world.ts';
import type { FakeViewers } from './fake-viewers.ts';

/**
 * A tick without a world: takes what waits as the real one does, and keeps a list of what it ran. Calls commit unless their
 * first byte is 255, which the module refuses. `refusedIdentity` is turned away by clientConnected.
 */
export class FakeTick {
  readonly inbox = new RoundRobinInbox();
  readonly commitLog = { durableTick: 0, acceptsWrites: true };
  /** False: ticks become durable by `sync` alone. */
  isDurableAtOnce = true;
  /** `connect`, `call 3`, `disconnect`, …, each with the connection's id behind it. */
  readonly ran: string[] = [];
  refusedIdentity: bigint | null = null;
  number = 40;
  readonly #viewers: FakeViewers;

  constructor(viewers: FakeViewers) {
    this.#viewers = viewers;
  }

  /** One tick of at most `itemsMax` items, all in one section a client. */
  run(outbox: Outbox, itemsMax = Infinity): void {
    this.number++;
    const kept: InboxItem[] = [];
    for (let count = 0; count < itemsMax; count++) {
      const item = this.inbox.take();
      if (item === null) break;
      this.#change(item, outbox, kept);
    }
    for (const item of kept) this.#read(item, outbox);
    if (this.isDurableAtOnce) this.commitLog.durableTick = this.number;
    outbox.endTick(this.number, this.number * 50_000);
    outbox.flush();
  }

  /** A wake-up at `tickRate: 0`: each item a tick of its own, then one flush. `before` is told the number of each. */
  wake(outbox: Outbox, before: (tick: number) => void = () => {}): void {
    for (let item = this.inbox.take(); item !== null; item = this.inbox.take()) {
      this.number++;
      before(this.number);
      const kept: InboxItem[] = [];
      this.#change(item, outbox, kept);
      for (const waiting of kept) this.#read(waiting, outbox);
      if (this.isDurableAtOnce) this.commitLog.durableTick = this.number;
      outbox.endTick(this.number, this.number * 50_000);
    }
    outbox.flush();
  }

  #change(item: InboxItem, outbox: Outbox, kept: InboxItem[]): void {
    const { client } = item;
    if (item.kind === 'connect') {
      this.ran.push(`connect ${client.connectionId}`);
      if (client.identity === this.refusedIdentity) return outbox.refused(client, 'you are banned');
      client.viewer = this.#viewers.add();
      client.caller = client.viewer;
      client.isConnected = true;
      outbox.connected(client);
    } else if (item.kind === 'disconnect') {
      if (!client.isConnected) return;
      this.ran.push(`disconnect ${client.connectionId}`);
      this.#viewers.remove(client.viewer!);
      client.viewer = null;
      client.isConnected = false;
      outbox.disconnected(client);
    } else if (item.kind === 'call') {
      if (!client.isConnected) return;
      this.ran.push(`call ${item.sequence} ${client.connectionId}`);
      const isRefused = item.args[item.argsStart] === 255;
      outbox.result(
        client,
        item.sequence,
        isRefused ? CALL_REFUSED : CALL_COMMITTED,
        isRefused ? 'not now' : '',
        this.number,
      );
    } else kept.push(item);
  }

  #read(item: InboxItem, outbox: Outbox): void {
    const { client } = item;
    if (client.viewer === null) return;
    if (item.kind === 'resume') {
      this.#viewers.resume(client.viewer, item.lastTick);
      outbox.resumed(client);
    } else if (item.kind === 'query') {
      const answer = this.#viewers.queryOnce(client.viewer, item.query);
      if ('code' in answer) outbox.queryRefused(client, item.requestId, answer.code, answer.message);
      else outbox.queryAnswered(client, item.requestId, item.query.table, answer);
    } else if (item.kind === 'subscribe') {
      const refusal = this.#viewers.subscribe(client.viewer, item.querySetId, item.queries);
      if (refusal !== null) outbox.subscriptionRefused(client, item.querySetId, refusal.code, refusal.message);
    } else if (item.kind === 'unsubscribe') this.#viewers.unsubscribe(client.viewer, item.querySetId);
  }
}
