import { ByteWriter, Prng } from '@tickbase/base';
import {
  decodeServerMessage,
  encodeClientMessage,
  newHello,
  type ClientItem,
  type HelloItem,
  type Section,
} from '@tickbase/protocol';
import type { ViewerId } from '../../interest/viewers-port.ts';
import { Gateway } from '../gateway.ts';
import type { GatewayLimits } from '../gateway-limits.ts';
import type { Admitted, NotAdmitted } from '../identity-port.ts';
import { type PastSession, PastSessions } from '../past-sessions.ts';
import { FakePeer, FakeTransport } from './fake-transport.ts';
import { FakeTick } from './fake-tick.ts';
import { FakeViewers } from './fake-viewers.ts';
import { stagePlan } from './stage-plan.ts';

/** A gateway with a fake transport, tick, diff builder, clock and randomness. */
export class GatewayStage {
  readonly viewers = new FakeViewers();
  readonly tick = new FakeTick(this.viewers);
  readonly gateway: Gateway;
  readonly transport: FakeTransport;
  readonly faults: unknown[] = [];
  nowMs = 7_000;
  /** By token. */
  readonly identities = new Map<string, bigint>();
  /** Seconds since the Unix epoch, by token. */
  readonly expiries = new Map<string, number>();
  readonly refusals = new Map<string, NotAdmitted>();
  /** Tokens that are being looked at, where that takes time: see `isTokenSlow`. */
  readonly looks: (() => void)[] = [];
  isTokenSlow = false;

  constructor(options: StageOptions = {}) {
    const random = new Prng(options.seed ?? 11);
    this.gateway = new Gateway({
      plan: {
        ...stagePlan(options.tickRate ?? 20),
        ...(options.sessions === undefined ? {} : { sessions: options.sessions }),
      },
      database: 'pond',
      epoch: EPOCH,
      clock: { nowMs: () => this.nowMs, wallUs: () => Math.round(this.nowMs * 1_000) },
      entropy: { bytes: (length) => new Uint8Array(length).map(() => random.int(0, 255)) },
      identities: {
        issue: (done) => {
          const identity = BigInt(1_000 + this.identities.size);
          const token = `token-${identity}`;
          this.identities.set(token, identity);
          this.#tell(done, { identity, token, claims: '', expiresAtS: Infinity });
        },
        authenticate: (token, done) => {
          const identity = this.identities.get(token);
          const expiresAtS = this.expiries.get(token) ?? Infinity;
          if (identity !== undefined) this.#tell(done, { identity, token, claims: '{}', expiresAtS });
          else this.#tell(done, this.refusals.get(token) ?? { code: 'TOKEN_SIGNATURE', message: 'of nobody' });
        },
      },
      inbox: this.tick.inbox,
      viewers: this.viewers,
      commitLog: this.tick.commitLog,
      onFault: (error) => this.faults.push(error),
      ...(options.limits === undefined ? {} : { limits: options.limits }),
      ...(options.pastSessions === undefined ? {} : { pastSessions: new PastSessions(options.pastSessions) }),
      ...(options.resumeGraceMs === undefined ? {} : { resumeGraceMs: options.resumeGraceMs }),
    });
    this.transport = new FakeTransport(this.gateway);
  }

  /** What waited for its token to be looked at is told. */
  finishLooks(): void {
    for (const tell of this.looks.splice(0)) tell();
  }

  #tell(done: (outcome: Admitted | NotAdmitted) => void, outcome: Admitted | NotAdmitted): void {
    if (this.isTokenSlow) this.looks.push(() => done(outcome));
    else done(outcome);
  }

  /** Time passes: one tick each 50 ms, and the sweeps between. */
  pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += 50) {
      this.nowMs += Math.min(50, ms - passed);
      this.gateway.sweep();
      this.runTick();
    }
  }

  runTick(): void {
    this.tick.run(this.gateway);
  }

  /** The disk is slow from here on: ticks wait for `sync`. */
  waitForDisk(): void {
    this.tick.isDurableAtOnce = false;
  }

  /** The disk has everything up to this tick; the last one unless given. */
  sync(tick = this.tick.number): void {
    this.tick.commitLog.durableTick = tick;
    this.gateway.logChanged();
  }

  connect(address?: string): StageClient {
    return new StageClient(this.transport.connect(address));
  }

  /** A client that has its welcome. */
  join(hello: Partial<HelloItem> = {}): StageClient {
    const client = this.connect();
    client.hello(hello);
    this.runTick();
    client.read();
    return client;
  }

  /** Something in the client's view changes. */
  change(client: StageClient, news: number): void {
    this.viewers.change(this.viewerOf(client), news);
  }

  viewerOf(client: StageClient): ViewerId {
    return client.viewer ?? (client.viewer = ([...this.viewers.log.keys()].at(-1) ?? 0) as ViewerId);
  }
}

export interface StageOptions {
  readonly limits?: Partial<GatewayLimits>;
  readonly tickRate?: number;
  /** The module's rule; left out: an identity may have any number. */
  readonly sessions?: 'newest' | 'oldest';
  readonly resumeGraceMs?: number;
  readonly seed?: number;
  readonly pastSessions?: readonly PastSession[];
}

export const EPOCH = '00000000000000a7';

/** A client that speaks the protocol, and remembers what it was told. */
export class StageClient {
  readonly peer: FakePeer;
  readonly sections: Section[] = [];
  lastTick = 0;
  viewer: ViewerId | null = null;

  constructor(peer: FakePeer) {
    this.peer = peer;
  }

  hello(hello: Partial<HelloItem> = {}, ...items: ClientItem[]): void {
    this.send(newHello(hello), ...items);
  }

  /** A message with the receipt of what was read so far. */
  send(...items: ClientItem[]): void {
    this.peer.send(clientBytes(this.lastTick, items));
  }

  call(sequence: number, reducerId: number, ...args: number[]): void {
    this.send({ kind: 'call', sequence, reducerId, args: Uint8Array.from(args) });
  }

  /** Takes in what has come; returns the new sections. */
  read(): Section[] {
    const fresh: Section[] = [];
    for (const bytes of this.peer.take()) decodeServerMessage(bytes, (section) => fresh.push(section));
    this.sections.push(...fresh);
    this.lastTick = fresh.at(-1)?.head.tick ?? this.lastTick;
    return fresh;
  }

  get welcome(): NonNullable<Section['welcome']> {
    return this.sections.findLast((section) => section.welcome !== null)!.welcome!;
  }

  /** `CODE: …` of the close reason, or empty while the socket is open. */
  get closeReason(): string {
    return this.peer.closeReason;
  }

  /** The hello that resumes this client on another socket. */
  resumeHello(resultsSeen = 0): Partial<HelloItem> {
    const { epoch, connectionId, resumeToken, token } = this.welcome;
    return { token, resultsSeen, resume: { epoch, connectionId, resumeToken, lastTick: this.lastTick } };
  }
}

export function clientBytes(receiptTick: number, items: ClientItem[]): Uint8Array {
  const writer = new ByteWriter();
  encodeClientMessage(writer, { receiptTick, items });
  return writer.copy();
}
