import { CALL_COMMITTED, CALL_REFUSED, type CallOutcome, type World } from '../transactions/world.ts';
import { OwnWrites } from './own-writes.ts';
import type { InboxItem, TickClient, TickPorts } from './tick-ports.ts';

/**
 * What clients asked for, in the order in which it was taken. What changes the world runs at once, each as one
 * transaction; what reads it (subscriptions, queries, resumes) is kept until the seal, so that a snapshot is exactly
 * the tick. Made once for a world and used again for each tick.
 */
export class TickItems {
  readonly #world: World;
  readonly #ports: TickPorts;
  readonly #ownWrites = new OwnWrites();
  readonly #kept: KeptItem[] = [];

  constructor(world: World, ports: TickPorts) {
    this.#world = world;
    this.#ports = ports;
  }

  /** Between beginTick and seal. Returns how many transactions ran, 0 or 1. */
  run(item: InboxItem): number {
    switch (item.kind) {
      case 'call':
        return this.#call(item);
      case 'connect':
        return this.#connect(item.client);
      case 'disconnect':
        return this.#disconnect(item.client);
      default:
        this.#kept.push(item);
        return 0;
    }
  }

  /** After the diff builder has taken the record in: exact copies of what callers wrote, then what waited for the seal. */
  answer(): void {
    this.#ownWrites.tell(this.#ports.diffs);
    for (const item of this.#kept) this.#answer(item);
    this.#kept.length = 0;
  }

  #call(item: InboxItem & { kind: 'call' }): number {
    const { client } = item;
    if (!client.isConnected) return 0; // refused meanwhile: it was told so
    const world = this.#world;
    const outcome = world.runCall(item.reducer, item.args, client.caller);
    if (outcome === CALL_COMMITTED) this.#ownWrites.keep(world, client);
    this.#ports.outbox.result(client, item.sequence, outcome, toldMessage(world, outcome));
    return 1;
  }

  #connect(client: TickClient): number {
    const world = this.#world;
    client.caller = world.addCaller(client.identity, client.connectionId);
    const outcome = world.runHook('clientConnected', client.caller);
    if (outcome === CALL_COMMITTED) {
      client.viewer = this.#ports.diffs.add(client.identity, client.caller);
      client.isConnected = true;
      this.#ports.outbox.connected(client);
    } else {
      const message = toldMessage(world, outcome);
      this.#forgetCaller(client);
      this.#ports.outbox.refused(client, message);
    }
    return 1;
  }

  #disconnect(client: TickClient): number {
    if (!client.isConnected) return 0; // it was refused, and told so
    this.#world.runHook('clientDisconnected', client.caller);
    this.#ports.diffs.remove(client.viewer!);
    client.viewer = null;
    client.isConnected = false;
    this.#forgetCaller(client);
    this.#ports.outbox.disconnected(client);
    return 1;
  }

  #forgetCaller(client: TickClient): void {
    this.#world.removeCaller(client.caller);
    client.caller = -1;
  }

  #answer(item: KeptItem): void {
    const { client } = item;
    const { viewer } = client;
    if (viewer === null) return; // refused, or gone later in this tick
    const { diffs, outbox } = this.#ports;
    if (item.kind === 'resume') {
      diffs.resume(viewer, item.lastTick);
      outbox.resumed(client);
    } else if (item.kind === 'query') {
      const answer = diffs.queryOnce(viewer, item.query, QUERY_ROWS_MAX);
      if ('code' in answer) outbox.queryRefused(client, item.requestId, answer.code, answer.message);
      else outbox.queryAnswered(client, item.requestId, item.query.table, answer);
    } else {
      const refusal =
        item.kind === 'subscribe'
          ? diffs.subscribe(viewer, item.querySetId, item.queries)
          : diffs.unsubscribe(viewer, item.querySetId);
      if (refusal !== null) outbox.subscriptionRefused(client, item.querySetId, refusal.code, refusal.message);
    }
  }
}

type KeptItem = Exclude<InboxItem, { kind: 'call' | 'connect' | 'disconnect' }>;

/** Rows of one answer to a one-off query; more are refused by the diff builder. */
const QUERY_ROWS_MAX = 10_000;

/** What a client may know: the module's own words for it, nothing of an internal error. */
function toldMessage(world: World, outcome: CallOutcome): string {
  return outcome === CALL_REFUSED ? world.lastMessage : '';
}
