import { assert, Prng, TickbaseError } from '@tickbase/base';
import type { ClientItem } from '@tickbase/protocol';
import { DEFAULT_LIMITS, type GatewayLimits } from '../gateway-limits.ts';
import { GatewayStage, StageClient, clientBytes } from './gateway-stage.ts';
import { GREET, LIST, MOVE, POKE, SAY, WAKE } from './stage-plan.ts';

/**
 * Random clients against a gateway with a fake tick, until the time or the cases are over. Half of what they send is as it
 * should be, the rest is broken: bytes, numbers, order, resumes. After each step holds: nothing threw, nobody has more
 * than the limits allow, one honest client is served with every change, and what it calls runs once.
 */
export function fuzzGateway(options: FuzzGatewayOptions): FuzzGatewayReport {
  const endMs = options.now() + (options.seconds ?? Infinity) * 1_000;
  const casesMax = options.cases ?? Infinity;
  assert(options.seconds !== undefined || options.cases !== undefined, 'a fuzz has an end');
  const covered = new Map<string, number>();
  let cases = 0;
  while (cases < casesMax && options.now() < endMs) {
    const seed = (options.seed + cases) >>> 0;
    try {
      new FuzzRun(seed).run(covered);
    } catch (error) {
      throw new Error(`case ${cases} with the seed ${seed} failed`, { cause: error });
    }
    cases++;
  }
  return { cases, covered };
}

export interface FuzzGatewayReport {
  readonly cases: number;
  /** How often each thing happened: refusals by code, resumes, drops, skipped frames, calls. */
  readonly covered: ReadonlyMap<string, number>;
}

export interface FuzzGatewayOptions {
  readonly seconds?: number;
  readonly cases?: number;
  readonly seed: number;
  /** Milliseconds from any start. */
  readonly now: () => number;
}

const STEPS = 150;
const ATTACKERS_MAX = 6;

const LIMITS: GatewayLimits = {
  ...DEFAULT_LIMITS,
  connectionsMax: 12,
  connectionsPerAddressMax: 5,
  droppedSessionsMax: 4,
  callsWaitingMax: 12,
  callsPerSecond: 60,
  callsBurst: 40,
  messagesPerSecond: 60,
  messagesBurst: 40,
  resultsKeptMax: 60,
  queriesWaitingMax: 3,
  subscriptionsMax: 4,
  queriesMax: 6,
  privateBytesMax: 8_192,
  bufferedBytesSoft: 1_024,
  bufferedBytesHard: 8_192,
  heldTicksMax: 6,
  heldBytesMax: 30_000,
};

class FuzzRun {
  readonly #random: Prng;
  readonly #diskRandom: Prng;
  readonly #tokenRandom: Prng;
  readonly #orderRandom: Prng;
  readonly #stage: GatewayStage;
  readonly #honest: StageClient;
  readonly #attackers: Attacker[] = [];
  #honestSequence = 0;
  #honestChange = 100;
  readonly #honestSeen: number[] = [];
  readonly #honestResults: number[] = [];

  constructor(seed: number) {
    this.#random = new Prng(seed);
    this.#diskRandom = new Prng(seed + 1);
    this.#tokenRandom = new Prng(seed + 2);
    this.#orderRandom = new Prng(seed + 3);
    const tickRate = this.#random.int(0, 1) * 20;
    this.#stage = new GatewayStage({ limits: LIMITS, tickRate, resumeGraceMs: 700, seed });
    this.#honest = this.#stage.join();
    this.#stage.viewerOf(this.#honest);
  }

  run(covered: Map<string, number>): void {
    for (let step = 0; step < STEPS; step++) {
      this.#disturbDisk();
      this.#delayTokens();
      this.#putOut();
      this.#attack();
      if (this.#random.int(0, 2) === 0) this.#beHonest();
      if (this.#random.int(0, 2) === 0) this.#stage.pass(this.#random.int(1, 8) * 25);
      this.#check();
    }
    this.#beHonest();
    this.#stage.tick.commitLog.acceptsWrites = true;
    this.#stage.tick.isDurableAtOnce = true;
    this.#stage.isTokenSlow = false;
    this.#stage.finishLooks();
    this.#stage.sync();
    this.#stage.pass(5_100);
    this.#check();
    const { ran } = this.#stage.tick;
    assert(new Set(ran).size === ran.length, 'a call or hook ran twice');
    this.#report(covered);
  }

  #report(covered: Map<string, number>): void {
    const { refusals, ...metrics } = this.#stage.gateway.metrics;
    const { sessionsResumed, sessionsDropped, framesSkipped, callsTaken, messagesHeld, framesHeldBack } = metrics;
    const plain = { sessionsResumed, sessionsDropped, framesSkipped, callsTaken, messagesHeld, framesHeldBack };
    const counts = [...refusals, ...Object.entries(plain)];
    for (const [what, count] of counts) covered.set(what, (covered.get(what) ?? 0) + count);
  }

  /** The disk falls asleep, wakes, is full, or has room again. */
  #disturbDisk(): void {
    const { tick } = this.#stage;
    switch (this.#diskRandom.int(0, 19)) {
      case 0:
        tick.isDurableAtOnce = false;
        return;
      case 1:
        tick.isDurableAtOnce = true;
        return this.#stage.sync();
      case 2:
        return this.#stage.sync(this.#diskRandom.int(tick.commitLog.durableTick, tick.number));
      case 3:
        tick.commitLog.acceptsWrites = !tick.commitLog.acceptsWrites;
    }
  }

  /** Tokens take time to be looked at, or are looked at now. */
  #delayTokens(): void {
    switch (this.#tokenRandom.int(0, 9)) {
      case 0:
        this.#stage.isTokenSlow = !this.#stage.isTokenSlow;
        return;
      case 1:
        this.#stage.finishLooks();
    }
  }

  /** The module ends a connection, or all of an identity but the honest client's. */
  #putOut(): void {
    const random = this.#orderRandom;
    if (random.int(0, 9) > 0) return;
    const { gateway, tick } = this.#stage;
    const welcomes = this.#attackers.flatMap(
      (attacker) => attacker?.client.sections.flatMap(({ welcome }) => welcome ?? []) ?? [],
    );
    const { identity, connectionId } =
      welcomes.length === 0 ? { identity: 3n, connectionId: 5n } : random.pick(welcomes);
    const isWhole = random.int(0, 1) === 0 && identity !== this.#honest.welcome.identity;
    const whom = isWhole ? { identity, connectionId: null } : { identity: null, connectionId };
    gateway.disconnect({ ...whom, reason: 'out' }, tick.number + 1);
  }

  #beHonest(): void {
    const honest = this.#honest;
    this.#honestRead();
    this.#stage.change(honest, ++this.#honestChange);
    honest.call(++this.#honestSequence, POKE, 9);
    this.#stage.nowMs += 20;
    this.#stage.runTick();
    const { heldTickCount, heldBytes } = this.#stage.gateway;
    const wasFull = heldTickCount >= LIMITS.heldTicksMax || heldBytes >= LIMITS.heldBytesMax;
    this.#stage.sync();
    if (wasFull) {
      // Whom the sleeping disk passed over has everything with the next tick.
      this.#stage.runTick();
      this.#stage.sync();
    }
    this.#honestRead();
    assert(!honest.peer.isClosed, `the honest client was closed: ${honest.closeReason}`);
    assert(this.#honestSeen.at(-1) === this.#honestChange, 'the honest client missed a change');
    assert(this.#honestResults.length === this.#honestSequence, 'the honest client missed a result');
  }

  #honestRead(): void {
    for (const section of this.#honest.read()) {
      this.#honestSeen.push(...section.unwatches);
      this.#honestResults.push(...section.results.map((result) => result.sequence));
    }
    assert(
      this.#honestSeen.every((change, place) => change === 101 + place),
      'changes came twice or out of order',
    );
    assert(
      this.#honestResults.every((sequence, place) => sequence === 1 + place),
      'results came twice or out of order',
    );
  }

  #check(): void {
    const { gateway, faults } = this.#stage;
    if (faults.length > 0) throw faults[0];
    assert(gateway.heldTickCount <= LIMITS.heldTicksMax, 'too many ticks wait for the disk');
    assert(gateway.heldBytes <= 2 * LIMITS.heldBytesMax, 'too much waits for the disk');
    assert(gateway.clientCount <= LIMITS.connectionsMax, 'too many clients');
    const sessionsMax = LIMITS.connectionsMax + LIMITS.droppedSessionsMax + this.#stage.tick.inbox.waitingCount;
    assert(gateway.sessionCount <= sessionsMax, 'too many sessions');
    const waitingMax = (LIMITS.callsWaitingMax + LIMITS.queriesWaitingMax + 2 * LIMITS.callsBurst) * sessionsMax;
    assert(this.#stage.tick.inbox.waitingCount <= waitingMax, 'the inbox grows without bound');
  }

  #attack(): void {
    const random = this.#random;
    const at = random.int(0, ATTACKERS_MAX - 1);
    const attacker = this.#attackers[at];
    if (attacker === undefined || attacker.client.peer.isClosed) {
      const client = this.#stage.connect(`198.51.100.${random.int(1, 3)}`);
      this.#attackers[at] = { client, sequence: 0, before: attacker?.client ?? null };
      if (client.peer.isClosed || random.int(0, 7) === 0) return;
      this.#greet(this.#attackers[at]);
      return;
    }
    const { client } = attacker;
    if (random.int(0, 3) > 0) readLeniently(client);
    switch (random.int(0, 9)) {
      case 0:
        return client.peer.cut();
      case 1:
        return client.peer.close(random.int(0, 1) === 0 ? 1000 : 4321);
      case 2:
        return random.int(0, 1) === 0 ? client.peer.stall() : client.peer.drain();
      case 3:
        return client.peer.send(this.#bytes(random.int(0, 200)), random.int(0, 9) > 0);
      case 4:
        return client.peer.send(this.#mutated(clientBytes(client.lastTick, this.#items(attacker))));
      case 5:
        for (let i = 0; i < 30; i++) client.send(...this.#items(attacker));
        return;
      default:
        client.send(...this.#items(attacker));
    }
  }

  #greet(attacker: Attacker): void {
    const random = this.#random;
    const { before } = attacker;
    const hello =
      before !== null && before.sections.some((section) => section.welcome !== null) && random.int(0, 2) > 0
        ? before.resumeHello(random.int(0, 30))
        : {};
    if (random.int(0, 5) === 0) hello.token = random.int(0, 1) === 0 ? 'wrong' : 'token-1000';
    if (random.int(0, 9) === 0) hello.protocolVersion = random.u32();
    attacker.client.hello(hello, ...(random.int(0, 1) === 0 ? this.#items(attacker) : []));
  }

  #items(attacker: Attacker): ClientItem[] {
    return Array.from({ length: this.#random.int(0, 4) }, () => this.#item(attacker));
  }

  #item(attacker: Attacker): ClientItem {
    const random = this.#random;
    const querySetId = random.int(1, 7);
    switch (random.int(0, 11)) {
      case 0:
        return {
          kind: 'subscribe',
          querySetId,
          queries: Array.from({ length: random.int(0, 3) }, () => this.#query()),
        };
      case 1:
        return { kind: 'unsubscribe', querySetId };
      case 2:
        return { kind: 'query', requestId: random.u32(), query: this.#query() };
      case 3:
        return random.int(0, 9) === 0 ? { kind: 'goodbye' } : { kind: 'unsubscribe', querySetId: random.u32() };
      default:
        return this.#call(attacker);
    }
  }

  #call(attacker: Attacker): ClientItem {
    const random = this.#random;
    const reducerId = [MOVE, POKE, SAY, LIST, WAKE, GREET, random.u32()][random.int(0, 6)]!;
    const sequence = random.int(0, 19) === 0 ? random.int(0, attacker.sequence + 3) : ++attacker.sequence;
    const args = random.int(0, 2) === 0 ? this.#bytes(random.int(0, 20)) : Uint8Array.of(random.int(0, 255));
    return { kind: 'call', sequence, reducerId, args };
  }

  #query(): string {
    const texts = [
      'SELECT * FROM body',
      'SELECT * FROM crowded',
      'SELECT * FROM purse',
      'SELECT * FROM body WHERE id = 7',
      'SELECT',
      '((',
    ];
    return texts[this.#random.int(0, texts.length - 1)]!;
  }

  #bytes(length: number): Uint8Array {
    return new Uint8Array(length).map(() => this.#random.int(0, 255));
  }

  #mutated(bytes: Uint8Array): Uint8Array {
    const random = this.#random;
    for (let i = random.int(1, 4); i > 0 && bytes.length > 0; i--) {
      const at = random.int(0, bytes.length - 1);
      bytes[at] = random.int(0, 1) === 0 ? random.int(0, 255) : bytes[at]! ^ (1 << random.int(0, 7));
    }
    return random.int(0, 3) === 0 ? bytes.subarray(0, random.int(0, bytes.length)) : bytes;
  }
}

interface Attacker {
  readonly client: StageClient;
  sequence: number;
  /** Who was here before, and may be resumed. */
  readonly before: StageClient | null;
}

/** What the server sends must be readable, whatever the client has done. */
function readLeniently(client: StageClient): void {
  try {
    client.read();
  } catch (error) {
    if (error instanceof TickbaseError)
      throw new Error('the server sent what its own client cannot read', { cause: error });
    throw error;
  }
}
