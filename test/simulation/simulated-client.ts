import { assert, type Prng } from '@tickbase/base';
import { DbConnectionBase, DbConnectionBuilder, type LeaveReason, type RemoteModule } from '@tickbase/client';
import { type Query, toSql } from '@tickbase/schema/query';
import { type Plan, shownColumnCount, shownPlan, shownTable } from '@tickbase/schema/plan';
import { FakeEnvironment } from '../../clients/typescript/testing/fake-environment.ts';
import type { FakeTransport } from '../../runtime/gateway/testing/fake-transport.ts';
import { checkEvents } from './check-events.ts';
import { checkWritten } from './check-written.ts';
import { FrameLag, type LagRules } from './lag-rules.ts';
import { objectOf } from './object-of.ts';
import type { PlainRow } from './plain-row.ts';
import { randomQuery } from './random-query.ts';
import { SimulatedLink } from './simulated-link.ts';
import { TableMirror } from './table-mirror.ts';
import { ToldAges } from './told-ages.ts';
import type { Moment, OwnWrite, SessionView, Truth } from './truth.ts';
import { textOfRows } from './text-of-rows.ts';
import { valueText } from './value-text.ts';
import type { WalkCall, WalkCalls } from './walk-calls.ts';
import type { WalkCoverage } from './walk-coverage.ts';

type Row = Readonly<Record<string, unknown>>;

/** A table's handle, as far as the walk uses it. */
interface Handle {
  iter(): Iterable<Row>;
  onInsert(callback: (context: unknown, row: Row) => void): void;
  onUpdate(callback: (context: unknown, before: Row, row: Row) => void): void;
  onDelete(callback: (context: unknown, row: Row, reason: LeaveReason) => void): void;
  onMissed(callback: (context: unknown, count: number) => void): void;
}

interface WalkTypes {
  readonly db: Record<string, Handle>;
  readonly reducers: { act(args: Record<string, unknown>): Promise<void> };
  readonly tables: never;
}

interface ClientSet {
  readonly id: number;
  readonly queries: readonly Query[];
  readonly isBad: boolean;
  readonly handle: { unsubscribe(): void; unsubscribeThen(callback: () => void): void };
  phase: 'asked' | 'applied' | 'leaving' | 'ended';
}

interface OneOff {
  readonly query: Query;
  readonly isBad: boolean;
  /** What each run of it must give, in the walk's texts, and when it ran; null: it must be refused. */
  readonly answers: { readonly text: string | null; readonly tick: number }[];
  isSettled: boolean;
}

export interface ClientParts {
  readonly name: string;
  /** As clients meet it. */
  readonly plan: Plan;
  readonly remote: RemoteModule;
  readonly token: string;
  readonly truth: Truth;
  readonly calls: WalkCalls;
  readonly transport: FakeTransport;
  readonly prng: Prng;
  readonly coverage: WalkCoverage;
  readonly leaveRingTicks: number;
  readonly eventsKeptMax: number;
  /** Ticks in which another module took over. */
  readonly publishTicks: readonly number[];
  /** It hears of nothing that is not durable. */
  readonly isConfirmed: boolean;
  /** What it holds that may be older than its frames; null: nothing. */
  readonly lagRules: LagRules | null;
  /** Told of each handshake. */
  readonly onSession: (connectionId: bigint, client: SimulatedClient) => void;
}

/** A real client over a simulated link, which is asked after each section whether it holds what the oracle says. */
export class SimulatedClient {
  readonly name: string;
  readonly connection: DbConnectionBase<WalkTypes>;
  readonly environment = new FakeEnvironment();
  readonly sets: ClientSet[] = [];
  appliedTick = 0;
  /** Until then no attempt to connect comes through. */
  stayAwayUntilMs = 0;
  readonly #parts: ClientParts;
  readonly #mirrors: readonly TableMirror[];
  readonly #ages: ToldAges | null;
  readonly #oneOffs: OneOff[] = [];
  #links: SimulatedLink[] = [];
  #connectionId = 0n;
  #before: { readonly view: SessionView; readonly tick: number } | null = null;
  /** Sets whose first rows a new session waits for; the rows of the one before stay as long. */
  #awaited = new Set<ClientSet>();
  #lastSettledCall = 0;
  /** What the disk had when the last message left the server. */
  #durableTick = 0;
  /** When the link was lost last. */
  #liveUntilMs = Infinity;

  constructor(parts: ClientParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.#ages = parts.lagRules && new ToldAges(parts.plan);
    this.connection = new DbConnectionBuilder<WalkTypes, DbConnectionBase<WalkTypes>>({
      module: parts.remote,
      tables: undefined as never,
      make: (setup) => new DbConnectionBase(setup),
    })
      .withUri('ws://127.0.0.1:3000')
      .withDatabaseName('walk')
      .withToken(parts.token)
      .withEnvironment(this.environment)
      .withConfirmedReads(parts.isConfirmed)
      .onStateChange(() => this.#stateChanged())
      .onConnectError((_, error) => {
        // The walk's module refuses some; the state tells.
        if (error.message.includes('DISK_FULL')) parts.coverage.clientsRefusedDiskFull++;
      })
      .build();
    this.connection.onTransaction((_, { tick }) => this.#applied(tick));
    this.#mirrors = parts.truth.world.known
      .filter(({ plan }) => plan.isPublic)
      .map((table) => new TableMirror(table, parts.coverage));
    for (const mirror of this.#mirrors) this.#listen(mirror);
  }

  get identityText(): string {
    return this.connection.identity?.toHexString() ?? 'nobody';
  }

  /** It has ended, or was never let in. */
  get isOver(): boolean {
    return this.connection.state === 'closed';
  }

  get isLive(): boolean {
    return this.connection.isActive;
  }

  get setCount(): number {
    return this.sets.filter(({ phase }) => phase === 'asked' || phase === 'applied').length;
  }

  /** The link that stands, if one does. */
  get link(): SimulatedLink | undefined {
    return this.#links.find(({ isOpen }) => isOpen);
  }

  /** All its links are through. */
  get isQuiet(): boolean {
    return this.#links.every(({ isDone }) => isDone);
  }

  /** What it holds is right for `tick`, too. */
  isPresent(tick: number): boolean {
    const { truth } = this.#parts;
    const [then, now] = [truth.at(this.appliedTick), truth.at(tick)];
    const [before, view] = [then, now].map(({ sessions }) => sessions.get(this.#connectionId));
    if (before === undefined || view === undefined || before.sets !== view.sets) return false;
    if (this.#mirrors.some(({ heldLateCount }) => heldLateCount > 0)) return false;
    if (view.sets.some(({ id }) => this.sets[id - 1]!.phase === 'asked')) return false;
    return this.#mirrors.every((mirror) => {
      const { table } = mirror;
      // Of cells that are left out of what a client is shown nothing is ever told.
      const isCut = this.#parts.lagRules?.isCut === true && table.plan.spatial !== null;
      if (table.plan.isEvent || isCut) return true;
      const count = shownColumnCount(table.plan);
      const rowsOf = (moment: Moment, by: SessionView): PlainRow[] =>
        Array.from(truth.visible(moment, by, table.position), ([row]) => row);
      const textOf = (rows: readonly PlainRow[]): string =>
        rows
          .map(({ seen }) => valueText(seen.values.slice(0, count)))
          .sort()
          .join(' ');
      // A row that has not come, and is out of view by now, is waited for no more.
      const held = rowsOf(then, before).filter(({ key }) => !mirror.isToCome(key));
      return textOf(held) === textOf(rowsOf(now, view));
    });
  }

  checkAllSettled(): void {
    const open = this.#oneOffs.findIndex(({ isSettled }) => !isSettled);
    assert(open < 0, `query ${open + 1} of client ${this.name} has not settled`);
  }

  // Network.

  /** Lets time pass, and brings to the server what arrives there. */
  advance(ms: number, nowMs: number): void {
    const { environment } = this;
    environment.randomValue = this.#parts.prng.float();
    environment.advance(ms);
    for (const socket of environment.sockets.splice(0)) {
      if (nowMs < this.stayAwayUntilMs) socket.lost();
      else this.#links.push(new SimulatedLink(socket, this.#parts.transport, this.#parts.prng, nowMs));
    }
    for (const link of this.#links) link.toServer(nowMs);
    environment.settle();
  }

  /** Hands the client what has arrived from the server. */
  receive(nowMs: number, durableTick: number): void {
    const { environment } = this;
    for (const link of this.#links) {
      link.toClient(nowMs, durableTick, (bytes, leftAt) => {
        this.#durableTick = leftAt;
        this.#ages?.readMessage(bytes);
        link.receive(bytes);
        this.#ages?.forgetRest();
        this.#parts.coverage.hiddenMarks += this.#parts.truth.marks.check(bytes, this.identityText);
        this.#throwReported();
        environment.settle();
        this.#checkSettled();
      });
    }
    environment.settle();
    this.#throwReported();
    if (!this.#links.some(({ isDone }) => isDone)) return;
    for (const link of this.#links) if (link.isDone) this.#parts.coverage.framesLost += link.lostCount;
    this.#links = this.#links.filter(({ isDone }) => !isDone);
  }

  /** Callbacks that throw are reported, and so is what the client cannot read. */
  #throwReported(): void {
    const [error] = this.environment.reported;
    if (error !== undefined) throw error;
  }

  // Deeds.

  subscribe(): void {
    const { prng, plan, coverage } = this.#parts;
    const isBad = prng.int(0, 14) === 0;
    const readable = shownPlan(plan).tables;
    const queries = Array.from({ length: prng.int(1, 3) }, () => randomQuery(prng, readable, plan));
    const texts = queries.map((query) =>
      toSql(
        query,
        plan.tables.find(({ name }) => name === query.table)!,
        plan.tables.find(({ name }) => name === query.join?.table),
      ),
    );
    if (isBad) texts.push(this.#badQuery());
    const id = this.sets.length + 1;
    const handle = this.connection
      .subscriptionBuilder()
      .onApplied(() => this.#setApplied(set))
      .onError((_, error) => this.#setRefused(set, error))
      .subscribe(texts);
    const set: ClientSet = { id, queries, isBad, handle, phase: 'asked' };
    this.sets.push(set);
    coverage.subscribes++;
  }

  unsubscribe(): void {
    const { prng, coverage } = this.#parts;
    const standing = this.sets.filter(({ phase }) => phase === 'asked' || phase === 'applied');
    if (standing.length === 0) return;
    const set = prng.pick(standing);
    set.phase = 'leaving';
    coverage.unsubscribes++;
    set.handle.unsubscribeThen(() => {
      assert(set.phase === 'leaving', `query set ${set.id} ends once`);
      set.phase = 'ended';
      this.#awaited.delete(set);
    });
  }

  call(): void {
    const { calls } = this.#parts;
    const { call, args } = calls.make(this);
    this.connection.reducers.act(args).then(
      () => this.#callSettled(call, null),
      (error: unknown) => this.#callSettled(call, error),
    );
  }

  queryOnce(): void {
    const { prng, plan, coverage } = this.#parts;
    const readable = shownPlan(plan).tables;
    const query = randomQuery(prng, readable, plan);
    const table = plan.tables.find(({ name }) => name === query.table)!;
    const joined = plan.tables.find(({ name }) => name === query.join?.table);
    const isBad = prng.int(0, 11) === 0;
    const oneOff: OneOff = { query, isBad, answers: isBad ? [{ text: null, tick: 0 }] : [], isSettled: false };
    // A client that has given its session up refuses at once, and the question gets no number.
    if (!this.isLive && this.environment.nowMs() > this.#liveUntilMs + ASKS_WITHOUT_LINK_MS) return;
    this.#oneOffs.push(oneOff);
    coverage.queriesOnce++;
    this.connection.query(isBad ? this.#badQuery() : toSql(query, table, joined)).then(
      (rows) => this.#oneOffSettled(oneOff, rows as Row[], null),
      (error: unknown) => this.#oneOffSettled(oneOff, null, error),
    );
  }

  #badQuery(): string {
    const { plan, prng } = this.#parts;
    const spatial = plan.tables.find((table) => table.isPublic && table.spatial !== null);
    const bad = ['SELECT * FROM secret', 'SELECT * FROM nothing', 'SELECT'];
    if (plan.interest === null) bad.push(`SELECT * FROM ${spatial!.name} WITHIN 5`);
    return prng.pick(bad);
  }

  // What the oracle asks for.

  queriesOfSet(id: number): readonly Query[] | null {
    const set = this.sets[id - 1];
    assert(set !== undefined, `query set ${id} was asked for`);
    return set.isBad ? null : set.queries;
  }

  queryOf(requestId: number): Query {
    const oneOff = this.#oneOffs[requestId - 1];
    assert(oneOff !== undefined, `query ${requestId} was asked`);
    return oneOff.query;
  }

  answered(requestId: number, rows: readonly PlainRow[] | null): void {
    const { answers, query, isBad } = this.#oneOffs[requestId - 1]!;
    if (isBad) return;
    const { plan } = this.#parts.truth.world.known.find((table) => table.plan.name === query.table)!;
    const text = rows === null ? null : textOfRows(rows.map(({ values }) => objectOf(shownTable(plan), values)));
    answers.push({ text, tick: this.#parts.truth.lastTick + 1 });
  }

  // What the client tells.

  #listen(mirror: TableMirror): void {
    const handle = this.connection.db[mirror.table.plan.accessor]!;
    handle.onInsert((_, row) => mirror.inserted(row));
    handle.onUpdate((_, before, row) => mirror.updated(before, row));
    handle.onDelete((_, row, reason) => mirror.deleted(row, reason));
    handle.onMissed((_, count) => mirror.missed(count));
  }

  #stateChanged(): void {
    const { connection } = this;
    if (connection?.state === 'resuming') this.#liveUntilMs = this.environment.nowMs();
    if (connection?.state !== 'live') return;
    const id = connection.connectionId!.__connection_id__;
    if (id === this.#connectionId) {
      this.#parts.coverage.resumes++;
      if (this.#mirrors.some(({ lateCount }) => lateCount > 0)) this.#parts.coverage.resumesWithOlderPages++;
      return;
    }
    this.#parts.onSession(id, this);
    if (this.#connectionId !== 0n) {
      this.#parts.coverage.sessionsAnew++;
      for (const set of this.sets) if (set.phase === 'applied' || set.phase === 'asked') this.#awaited.add(set);
    }
    this.#connectionId = id;
    this.#before = null;
    for (const mirror of this.#mirrors) mirror.sessionLost();
  }

  #applied(tick: number): void {
    const { truth, coverage, leaveRingTicks, publishTicks } = this.#parts;
    this.#ages?.sectionApplied(tick);
    const moment = truth.at(tick);
    const view = moment.sessions.get(this.#connectionId);
    if (view === undefined) throw this.#problem(tick, 'has no session in the world');
    const before = this.#before;
    assert(before === null || tick >= before.tick, `tick ${tick} is applied after ${before?.tick}`);
    coverage.framesApplied++;
    if (tick > this.#durableTick) {
      if (this.#parts.isConfirmed) throw this.#problem(tick, `is shown while the disk has ${this.#durableTick}`);
      coverage.framesAheadOfDisk++;
    }
    // Who did not follow step by step when another module took over is told what is there, not how the rest went.
    const isKnown = (from: number): boolean =>
      tick === from + 1 || !publishTicks.some((published) => from < published && published <= tick);
    const isCaughtUp = before !== null && tick - before.tick <= leaveRingTicks && isKnown(before.tick);
    const isLookedAtAnyway = coverage.framesApplied % FRAMES_BETWEEN_FULL_LOOKS === 0;
    const { lagRules } = this.#parts;
    const lag = lagRules && new FrameLag(lagRules, moment, view, this.#ages!);
    const frame = { truth, moment, view, before, isCaughtUp, mayBeStale: this.#awaited.size > 0, lag };
    let writes: OwnWrite[] = [];
    for (const passed of truth.between(before?.tick ?? tick, tick)) {
      // Frames that were lost may have held a row that then went out of view, or whose cell was left out: it comes back without an exact copy.
      writes = writes.map((write) => ({
        ...write,
        isDue: write.isDue && lagRules?.isCut !== true && truth.seesStill(passed, this.#connectionId, write),
      }));
      if (passed.ownWrites.size > 0) writes.push(...(passed.ownWrites.get(this.#connectionId) ?? []));
    }
    try {
      for (const mirror of this.#mirrors) {
        if (mirror.table.plan.isEvent) checkEvents(frame, mirror, this.#parts);
        else if (!mirror.isAsCompared(frame) || isLookedAtAnyway) {
          mirror.compareWithCache(this.connection.db[mirror.table.plan.accessor]!.iter());
          const own = writes.filter(({ table }) => table === mirror.table);
          const due = own.length === 0 ? [] : mirror.noteOwnWrites(frame, own);
          mirror.compareWithTruth(frame);
          mirror.checkExact(frame, due);
        }
      }
    } catch (error) {
      throw this.#problem(tick, error instanceof Error ? error.message : String(error));
    }
    this.#before = { view, tick };
    this.appliedTick = tick;
  }

  /** After a message: the sets that the server holds have been told of, and no other. */
  #checkSettled(): void {
    // A set is told of with its last row, which may wait for bytes.
    if (this.#before === null || !this.isLive || this.#parts.lagRules?.isShort === true) return;
    const { view, tick } = this.#before;
    for (const { id } of view.sets) {
      const { phase } = this.sets[id - 1]!;
      if (phase === 'asked') throw this.#problem(tick, `query set ${id} stands and was not told of`);
    }
  }

  #setApplied(set: ClientSet): void {
    const { view, tick } = this.#before!;
    this.#awaited.delete(set);
    if (set.phase !== 'asked') throw this.#problem(tick, `query set ${set.id} is applied while ${set.phase}`);
    set.phase = 'applied';
    if (view.sets.every(({ id }) => id !== set.id)) {
      throw this.#problem(tick, `query set ${set.id} is applied and does not stand`);
    }
    if (view.sets.length > 1) this.#parts.coverage.overlaps += this.#countOverlaps(view, set);
  }

  #countOverlaps(view: SessionView, set: ClientSet): number {
    const tables = new Set(set.queries.map(({ table }) => table));
    return view.sets.filter(
      ({ id, questions }) => id !== set.id && questions.some(({ query }) => tables.has(query.table)),
    ).length;
  }

  #setRefused(set: ClientSet, error: Error): void {
    this.#awaited.delete(set);
    const isEnd = this.connection.state === 'closed';
    if (!set.isBad && !isEnd) throw this.#problem(this.appliedTick, `query set ${set.id} is refused: ${error.message}`);
    assert(set.phase === 'asked' || set.phase === 'leaving', `query set ${set.id} is refused while ${set.phase}`);
    set.phase = 'ended';
    if (set.isBad) this.#parts.coverage.subscribesRefused++;
  }

  #callSettled(call: number, error: unknown): void {
    const { calls } = this.#parts;
    try {
      assert(call > this.#lastSettledCall, `call ${call} settles after call ${this.#lastSettledCall}`);
      this.#lastSettledCall = call;
      const committed = calls.settled(call, error, this.#durableTick, this.#parts.isConfirmed);
      if (committed !== null) this.#checkWritten(committed);
    } catch (failure) {
      this.environment.report(failure);
    }
  }

  #checkWritten(call: WalkCall): void {
    const { truth, coverage, lagRules } = this.#parts;
    checkWritten(call, {
      truth,
      coverage,
      connectionId: this.#connectionId,
      appliedTick: this.appliedTick,
      mirrors: this.#mirrors,
      lagRules,
    });
  }

  #oneOffSettled(oneOff: OneOff, rows: readonly Row[] | null, error: unknown): void {
    try {
      assert(!oneOff.isSettled, 'a query settles once');
      oneOff.isSettled = true;
      const { coverage } = this.#parts;
      const code = (error as { code?: string } | null)?.code ?? '';
      if (code === 'CONNECTION_LOST' || code === 'DISCONNECTED' || code === 'CLOSED_BY_SERVER') return;
      if (code === 'CONNECT_FAILED') return;
      if (rows === null) {
        assert(
          oneOff.answers.some(({ text }) => text === null),
          `a good query is refused: ${String(error)}`,
        );
        coverage.queriesOnceRefused++;
        return;
      }
      const { plan } = this.#parts.truth.world.known.find((table) => table.plan.name === oneOff.query.table)!;
      const shown = shownTable(plan);
      const inOrder = rows.map((row) =>
        objectOf(
          shown,
          shown.columns.map(({ accessor }) => row[accessor]),
        ),
      );
      const text = textOfRows(inOrder);
      const fitting = oneOff.answers.filter((answer) => answer.text === text);
      const allowed = oneOff.answers.map((answer) => answer.text).join(' or ');
      assert(fitting.length > 0, `${valueText(oneOff.query)} gives ${text}, not ${allowed}`);
      if (fitting.every(({ tick }) => tick > this.#durableTick)) {
        const what = `a query of tick ${fitting[0]!.tick} is answered while the disk has ${this.#durableTick}`;
        assert(!this.#parts.isConfirmed, what);
        coverage.answersAheadOfDisk++;
      }
      coverage.queriesOnceRows += rows.length;
    } catch (failure) {
      this.environment.report(failure);
    }
  }

  #problem(tick: number, what: string): Error {
    return new Error(`tick ${tick}, client ${this.name} (…${this.identityText.slice(-6)}): ${what}`);
  }
}

/** A cache that changes without a word is found by these. */
const FRAMES_BETWEEN_FULL_LOOKS = 16;

/** Below the shortest grace time of a walk's server. */
const ASKS_WITHOUT_LINK_MS = 300;
