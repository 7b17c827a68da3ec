import {
  CALL_COMMITTED,
  CALL_REFUSED,
  type CallOutcome,
  OUTCOME_AGAIN,
  OUTCOME_NONE,
  type World,
} from '../transactions/world.ts';
import { DISK_FULL, DISK_FULL_CALL, DISK_FULL_CONNECT } from './disk-full.ts';
import { OwnWrites } from './own-writes.ts';
import { SessionMarks } from './session-marks.ts';
import type { Inbox, InboxItem, TickClient, TickPorts } from './tick-ports.ts';

/**
 * What clients asked for, in the order in which it was taken. What changes the world runs, each as one transaction; what reads it
 * (subscriptions, queries, resumes) is kept until the seal, so that a snapshot is exactly the tick. Made once for a world and used again
 * for each tick.
 *
 * Items are taken in batches. `runBatch` may be ended by force at any place: it only calls the world and adds to lists, and counts an item
 * last of all. Clients are told afterwards, by `settle`.
 *
 * While the log accepts no writes, what would change the world is not run: calls are refused, connects turned away, and disconnects wait.
 */
export class TickItems {
  /** Of the open tick, for the log. */
  readonly marks = new SessionMarks();
  readonly #world: World;
  readonly #ports: TickPorts;
  readonly #ownWrites = new OwnWrites();
  readonly #kept: KeptItem[] = [];
  /** Told when the log begins or ceases to accept writes. */
  readonly #onWrites: (isAccepting: boolean) => void;
  #acceptsWrites = true;
  /** Disconnects that wait until the log accepts writes; each is the last item of its client. */
  readonly #waiting: InboxItem[] = [];
  /** Callers that have left in this tick: their handles are given anew after it, so that in the marks each stands for one session. */
  readonly #leftCallers: number[] = [];

  readonly #batch: InboxItem[] = [];
  /** By place in the batch, of those below `#doneCount`. */
  readonly #outcomes: CallOutcome[] = [];
  readonly #messages: string[] = [];
  #doneCount = 0;
  /** Scratch of `take`: clients of the batch's connects and disconnects. */
  readonly #deciding = new Set<TickClient>();
  /** How many items the next batch has at most: about as many as a tick runs, so that few are taken in vain. */
  #batchMax = BATCH_FIRST;

  constructor(world: World, ports: TickPorts, onWrites: (isAccepting: boolean) => void = () => {}) {
    this.#world = world;
    this.#ports = ports;
    this.#onWrites = onWrites;
  }

  /** What may change the world runs. As `noteLog` found it. */
  get acceptsWrites(): boolean {
    return this.#acceptsWrites;
  }

  /** What is next to run; null: all of the batch has run. */
  get next(): InboxItem | null {
    return this.#batch[this.#doneCount] ?? null;
  }

  /** Looks whether the log accepts writes. Between ticks, or at the beginning of one. */
  noteLog(): void {
    const { acceptsWrites } = this.#ports.commitLog;
    if (acceptsWrites ? this.#acceptsWrites : !this.#acceptsWrites) return;
    this.#acceptsWrites = acceptsWrites;
    if (acceptsWrites) while (this.#waiting.length > 0) this.#ports.inbox.giveBack(this.#waiting.pop()!);
    this.#onWrites(acceptsWrites);
  }

  /** How many items of the batch have run. */
  get doneCount(): number {
    return this.#doneCount;
  }

  /** All of the batch has run. */
  get isBatchDone(): boolean {
    return this.#doneCount === this.#batch.length;
  }

  /**
   * Takes up to `countMax` items from the inbox; between beginTick and seal. A batch ends before an item of a client whose fate an earlier
   * item of it decides.
   */
  take(inbox: Inbox, countMax: number): void {
    const count = Math.min(countMax, this.#batchMax);
    const batch = this.#batch;
    while (batch.length > 0) batch.pop(); // to set the length would give the memory back
    this.#doneCount = 0;
    const deciding = this.#deciding;
    if (deciding.size > 0) deciding.clear();
    let declinedCount = 0;
    while (batch.length + declinedCount < count) {
      if (deciding.size > 0) {
        const next = inbox.peek();
        if (next === null || deciding.has(next.client)) break;
      }
      const item = inbox.take();
      if (item === null) break;
      if (!this.#acceptsWrites && this.#decline(item)) {
        declinedCount++;
        continue;
      }
      if (item.kind === 'connect') {
        const { identity, connectionId, claims } = item.client;
        item.client.caller = this.#world.addCaller(identity, connectionId, claims);
        deciding.add(item.client);
      } else if (item.kind === 'disconnect') deciding.add(item.client);
      batch.push(item);
    }
  }

  /** The same of one item, as each commit at `tickRate: 0` has it. The batch before is settled. `stays`: see Inbox. */
  takeOne(inbox: Inbox, stays: boolean): void {
    const next = this.#acceptsWrites ? inbox.peek() : null;
    if (next === null || (next.kind !== 'calls' && next.kind !== 'call')) return this.take(inbox, 1);
    this.#batch.push(inbox.take(stays)!);
  }

  /** Runs it. May be ended by force, as `runBatch`. */
  runOne(): void {
    if (this.#batch.length > 0) this.#count(this.#run(this.#batch[0]!));
  }

  /** Runs what is left of the batch, as long as `mayStart` says so before each. */
  runBatch(mayStart: () => boolean): void {
    while (this.#doneCount < this.#batch.length && mayStart()) this.#count(this.#run(this.#batch[this.#doneCount]!));
  }

  /** After `runBatch` was ended by force: what it was at came to this; OUTCOME_NONE: it has not begun. OUTCOME_AGAIN: it is to. */
  recover(outcome: CallOutcome | typeof OUTCOME_NONE | typeof OUTCOME_AGAIN): void {
    this.#ownWrites.cut();
    if (outcome !== OUTCOME_NONE && outcome !== OUTCOME_AGAIN && !this.isBatchDone) this.#count(outcome);
  }

  /** Tells the clients of the batch what came of it, and gives the rest back to the inbox. Returns how many transactions ran. */
  settle(inbox: Inbox): number {
    const batch = this.#batch;
    if (batch.length === 1 && this.#doneCount === 1) {
      this.#doneCount = 0;
      return this.#tell(batch.pop()!, this.#outcomes[0]!, this.#messages[0]!);
    }
    for (let i = batch.length - 1; i >= this.#doneCount; i--) {
      const item = batch[i]!;
      if (item.kind === 'connect') this.#forgetCaller(item.client);
      inbox.giveBack(item);
    }
    this.#batchMax = this.isBatchDone ? this.#batchMax * 2 : Math.max(BATCH_FIRST, 2 * this.#doneCount);
    this.#batchMax = Math.min(this.#batchMax, BATCH_MAX);
    let transactionCount = 0;
    for (let i = 0; i < this.#doneCount; i++) {
      transactionCount += this.#tell(batch[i]!, this.#outcomes[i]!, this.#messages[i]!);
    }
    while (batch.length > 0) batch.pop();
    this.#doneCount = 0;
    return transactionCount;
  }

  /** After the diff builder has taken the record in: exact copies of what callers wrote, then what waited for the seal. */
  answer(): void {
    for (const caller of this.#leftCallers) this.#world.removeCaller(caller);
    while (this.#leftCallers.length > 0) this.#leftCallers.pop();
    this.#ownWrites.tell(this.#ports.diffs);
    if (this.#kept.length === 0) return;
    for (const item of this.#kept) this.#answer(item);
    this.#kept.length = 0;
  }

  /** While the log accepts no writes. False: the item changes nothing, and is taken as ever. */
  #decline(item: InboxItem): boolean {
    const { client } = item;
    const { outbox } = this.#ports;
    if (item.kind === 'connect') outbox.turnedAway(client, DISK_FULL, DISK_FULL_CONNECT);
    else if (!client.isConnected) return false;
    else if (item.kind === 'call') outbox.callRefused(client, item.sequence, DISK_FULL, DISK_FULL_CALL);
    else if (item.kind === 'statement') outbox.callRefused(client, 0, DISK_FULL, DISK_FULL_CALL);
    else if (item.kind === 'disconnect') this.#waiting.push(item);
    else return false;
    return true;
  }

  #run(item: InboxItem): CallOutcome {
    const world = this.#world;
    const { client } = item;
    world.lastOutcome = OUTCOME_NONE;
    switch (item.kind) {
      case 'call':
        if (!client.isConnected) return CALL_COMMITTED;
        return world.runCall(item.reducer, item.args, client.caller, item.argsStart, item.argsEnd);
      case 'statement':
        return client.isConnected ? world.runStatement(item.text, client.caller) : CALL_COMMITTED;
      case 'renew':
        if (client.isConnected) world.renewCaller(client.caller, item.claims);
        return CALL_COMMITTED;
      case 'connect':
        return world.runHook('clientConnected', client.caller);
      case 'disconnect':
        return client.isConnected ? world.runHook('clientDisconnected', client.caller) : CALL_COMMITTED;
      default:
        return CALL_COMMITTED;
    }
  }

  #count(outcome: CallOutcome): void {
    const place = this.#doneCount;
    const { client, kind } = this.#batch[place]!;
    if (kind === 'call' && client.isConnected && outcome === CALL_COMMITTED && !this.#ports.diffs.isIdle) {
      this.#ownWrites.keep(this.#world, client);
      this.#ownWrites.settle();
    }
    this.#outcomes[place] = outcome;
    this.#messages[place] = this.#messageOf(kind, outcome);
    this.#doneCount = place + 1;
  }

  #messageOf(kind: InboxItem['kind'], outcome: CallOutcome): string {
    if (kind === 'statement') return outcome === CALL_COMMITTED ? this.#world.lastAnswer : this.#world.lastMessage;
    return outcome === CALL_REFUSED ? this.#world.lastMessage : '';
  }

  /** Returns how many transactions it was, 0 or 1. */
  #tell(item: InboxItem, outcome: CallOutcome, message: string): number {
    switch (item.kind) {
      case 'call':
        if (!item.client.isConnected) return 0; // refused meanwhile: it was told so
        this.marks.noteCall(item.client.caller, item.sequence);
        this.#ports.inputs?.call(item, outcome);
        this.#ports.outbox.result(item.client, item.sequence, outcome, message, this.#world.tick);
        return 1;
      case 'statement':
        if (!item.client.isConnected) return 0;
        this.#ports.inputs?.statement(item, outcome);
        this.#ports.outbox.result(item.client, 0, outcome, message, this.#world.tick);
        return 1;
      case 'renew':
        if (item.client.isConnected) this.marks.claims.push({ handle: item.client.caller, claims: item.claims });
        return 0;
      case 'connect':
        this.#ports.inputs?.hook(item.client, 'clientConnected', outcome);
        return this.#tellConnect(item.client, outcome, message);
      case 'disconnect':
        return this.#tellDisconnect(item.client, outcome);
      default:
        this.#kept.push(item);
        return 0;
    }
  }

  #tellConnect(client: TickClient, outcome: CallOutcome, message: string): number {
    if (outcome === CALL_COMMITTED) {
      client.viewer = this.#ports.diffs.add(client.identity, client.caller);
      client.isConnected = true;
      const { caller, identity, connectionId, claims = '' } = client;
      this.marks.opened.push({ handle: caller, identity, connectionId });
      if (claims !== '') this.marks.claims.push({ handle: caller, claims });
      this.#ports.outbox.connected(client);
    } else {
      this.#forgetCaller(client);
      this.#ports.outbox.refused(client, message);
    }
    return 1;
  }

  #tellDisconnect(client: TickClient, outcome: CallOutcome): number {
    if (!client.isConnected) return 0; // it was refused, and told so
    this.#ports.inputs?.hook(client, 'clientDisconnected', outcome);
    this.#ports.diffs.remove(client.viewer!);
    client.viewer = null;
    client.isConnected = false;
    this.marks.closed.push(client.caller);
    this.#leftCallers.push(client.caller);
    client.caller = -1;
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

type KeptItem = Exclude<InboxItem, { kind: 'call' | 'statement' | 'renew' | 'connect' | 'disconnect' }>;

/** Rows of one answer to a one-off query; more are refused by the diff builder. */
export const QUERY_ROWS_MAX = 10_000;

/** A batch that is done makes the next one twice as large. */
const BATCH_FIRST = 256;
const BATCH_MAX = 1 << 16;
