import type { ViewerId } from '../interest/viewers-port.ts';
import type { ClientQueue, TickClient } from '../tick/index.ts';
import type { GoodputMeter } from './goodput-meter.ts';
import type { Link } from './link.ts';
import { PrivateNews } from './private-news.ts';
import type { ServedModule } from './served-module.ts';
import { NO_PLACE, type SessionPlaces } from './session-places.ts';
import type { GatewaySocket } from './socket-port.ts';

/**
 * One client connection as the world sees it, from `clientConnected` to `clientDisconnected`, over all its sockets.
 *
 *   joining ──connected──▶ live ──socket lost──▶ dropped ──resume──▶ resuming ──resumed──▶ live
 *      │                    │                       │ grace over        │ socket lost: dropped again
 *      └──── refused, goodbye, final close, lost while joining ─────────┴──▶ leaving ──disconnected──▶ forgotten
 */
export class Session implements TickClient {
  // What every message looks at comes first, then what every tick looks at: it lies side by side in memory.

  /** Where its numbers are in the tables of all sessions; NO_PLACE before it is registered and after it has ended. */
  place = NO_PLACE;
  state: SessionState = 'joining';
  viewer: ViewerId | null = null;
  /** `news` is empty, as in nearly all ticks. */
  isQuiet = true;
  #hasNextModules = false;
  /** The tick that the client is brought to by what has left: a later part may wait for the disk. */
  sentTick = 0;
  /** Null: its link is quick enough. */
  goodput: GoodputMeter | null = null;
  /** Tick of the section with the present link's welcome. */
  welcomeTick = 0;
  /** The secret that the last welcome of a resume carries; empty: the client has confirmed that welcome. */
  nextResumeToken = '';
  /** The module that the client writes for, as far as it has said. */
  module: ServedModule;
  queue: ClientQueue | null = null;

  link: Link | null = null;
  /** The link's: a frame needs no more of it. */
  socket: GatewaySocket | null = null;
  isConfirmed: boolean;
  /** `tickRate: 0`: true while it is in the list of those with results for the flush. */
  isResultDue = false;
  /** True while it was passed over: it is owed a merged catch-up. */
  isBehind = false;
  /** Tick of the last section that was assembled for the present link; -1: none. */
  sectionTick = -1;
  /** The tick that the client is brought to by what it was told: it holds everything up to here. */
  currentTick = 0;
  /** Payload of all messages so far. */
  sentBytes = 0;
  /** Sections in the outbox that wait for the flush, as places in its list; -1: none. */
  firstSection = -1;
  lastSection = -1;
  caller = -1;
  isConnected = false;
  readonly news: PrivateNews = new PrivateNews(this);

  readonly identity: bigint;
  readonly connectionId: bigint;
  readonly token: string;
  /** See Admitted. */
  claims: string;
  expiresAtS: number;
  /** Secret, good for one resume: until the client has shown that it knows the next one. */
  resumeToken: string;
  /** When the socket was lost, in ms of the gateway's clock. */
  droppedAtMs = 0;
  /** Resumes that the tick has not taken yet; nothing is sent before. */
  resumesWaitingCount = 0;

  /** Modules that it was welcomed to since, each with the tick of that section: a receipt for it says that the client has gone over. */
  readonly #nextModules: { readonly fromTick: number; module: ServedModule }[] = [];

  readonly querySets = new Map<number, HeldQuerySet>();
  /** What the client asked to be sent of its area in a second, in bytes; Infinity: as much as there is. */
  bytesPerSecondWanted = Number.POSITIVE_INFINITY;
  /** What it may have of the limits of one connection: less than 1 where its identity has many. */
  share = 1;
  /** Queries in all its query sets. */
  queryCount = 0;
  queriesWaitingCount = 0;

  readonly #places: SessionPlaces;

  constructor(who: SessionStart, places: SessionPlaces) {
    this.#places = places;
    this.identity = who.identity;
    this.connectionId = who.connectionId;
    this.token = who.token;
    this.claims = who.claims;
    this.expiresAtS = who.expiresAtS;
    this.resumeToken = who.resumeToken;
    this.isConfirmed = who.isConfirmed;
    this.module = who.module;
  }

  /** A resume was accepted: `next` is for the one after it. A client that never saw its welcome may come with the old one. */
  renewResumeToken(presented: string, next: string): void {
    this.resumeToken = presented;
    this.nextResumeToken = next;
  }

  /** The client has seen the present link's welcome: the secret before it is worthless from now on. */
  confirmWelcome(): void {
    if (this.nextResumeToken === '') return;
    this.resumeToken = this.nextResumeToken;
    this.nextResumeToken = '';
  }

  /** What a welcome tells. */
  get toldResumeToken(): string {
    return this.nextResumeToken === '' ? this.resumeToken : this.nextResumeToken;
  }

  /** The last module that the client was welcomed to, whether it knows of it by now or not. */
  get toldModule(): ServedModule {
    return this.#nextModules.at(-1)?.module ?? this.module;
  }

  /** A section of this tick welcomes the client to a module. */
  tellModule(module: ServedModule, tick: number): void {
    const told = this.toldModule;
    if (told === module) return;
    if (told.schemaHash !== module.schemaHash) {
      this.#nextModules.push({ fromTick: tick, module });
      this.#hasNextModules = true;
    } else this.exchangeModule(module);
  }

  /** A module that is the same to clients takes the place of the last one that they were told of. */
  exchangeModule(module: ServedModule): void {
    const last = this.#nextModules.at(-1);
    if (last === undefined) this.module = module;
    else last.module = module;
  }

  /** What the client sends with this receipt was written for the module of the last welcome up to it. */
  noteReceipt(tick: number): void {
    if (!this.#hasNextModules) return;
    while (this.#nextModules.length > 0 && this.#nextModules[0]!.fromTick <= tick) {
      this.module = this.#nextModules.shift()!.module;
    }
    this.#hasNextModules = this.#nextModules.length > 0;
  }

  holdQuerySet(querySetId: number, queryCount: number): void {
    this.querySets.set(querySetId, { queryCount, mayComeAgain: false });
    this.queryCount += queryCount;
  }

  /** False: there is no such query set. */
  forgetQuerySet(querySetId: number): boolean {
    const held = this.querySets.get(querySetId);
    if (held === undefined) return false;
    this.querySets.delete(querySetId);
    this.queryCount -= held.queryCount;
    return true;
  }

  /**
   * A new link takes over. The client has applied everything up to `lastTick` and seen the results up to
   * `resultsSeen`; what else it was told is told again.
   */
  rewind(lastTick: number, resultsSeen: number): void {
    this.#places.calls.rewind(this.place, resultsSeen);
    this.news.rewind(lastTick);
    this.#places.lags.reset(this.place);
    this.goodput = null;
    this.sectionTick = -1;
    this.currentTick = Math.min(this.currentTick, lastTick);
    this.sentTick = this.currentTick;
    for (const held of this.querySets.values()) held.mayComeAgain = true;
    this.noteReceipt(lastTick);
    this.#nextModules.length = 0; // their welcomes are lost
    this.#hasNextModules = false;
  }

  /** What it is to be sent of its area in a second, in bytes. */
  get bytesPerSecondMax(): number {
    return Math.min(this.bytesPerSecondWanted, this.goodput?.bytesPerSecondMax ?? Number.POSITIVE_INFINITY);
  }

  /** `news` has something that was not told yet. */
  get hasNews(): boolean {
    return !this.isQuiet && this.news.hasAny;
  }

  /** True when something waits that only this client is told. */
  get hasPrivateNews(): boolean {
    return this.hasNews || this.#places.calls.hasUntold(this.place);
  }
}

export type SessionState = 'joining' | 'live' | 'dropped' | 'resuming' | 'leaving';

export interface SessionStart {
  readonly identity: bigint;
  readonly connectionId: bigint;
  readonly token: string;
  readonly claims: string;
  readonly expiresAtS: number;
  readonly resumeToken: string;
  readonly isConfirmed: boolean;
  readonly module: ServedModule;
}

export interface HeldQuerySet {
  readonly queryCount: number;
  /** The client may not know whether its subscribe arrived before the link broke, and send it again. */
  mayComeAgain: boolean;
}
