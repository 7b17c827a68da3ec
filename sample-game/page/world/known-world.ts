import type { Body, DbConnection } from '../../module_bindings/index.ts';
import { daylight } from '../../src/daylight.ts';
import { FIRE_S, HP_MAX, Kind, TICK_RATE } from '../../src/rules.ts';
import type { ViewBody, ViewFire, ViewResource, ViewWorld } from '../view/view-world.ts';
import { type Sample, Track } from './track.ts';
import { WorldClock } from './world-clock.ts';
import { secondsAtHour } from './world-hour.ts';

const TICK_PERIOD_MS = 1000 / TICK_RATE;
const SPEECH_SHOWN_MS = 6000;
/** Over this stretch a body's speed is measured. */
const SPEED_MS = 100;

/** The client's cache over time: where each body was lately, who said what, and what of it is to be shown now. */
export class KnownWorld {
  readonly clock = new WorldClock();
  tick = 0;
  #connection: DbConnection;
  #tracks = new Map<bigint, Track>();
  #moved = new Map<bigint, Body>();
  #speeches = new Map<bigint, { text: string; untilMs: number }>();
  #onForget: (id: bigint) => void;
  /** The server's time when the last message came, and that moment by this page's clock. */
  #serverMs = 0;
  #heardMs = 0;
  #setHour: number | null;

  /** `setHour`: the sky is drawn as at that hour, whatever the server's clock says. */
  constructor(connection: DbConnection, setHour: number | null, onForget: (id: bigint) => void) {
    this.#connection = connection;
    this.#setHour = setHour;
    this.#onForget = onForget;
    const { body } = connection.db;
    body.onInsert((_context, row) => this.#moved.set(row.id, row));
    body.onUpdate((_context, _before, row) => this.#moved.set(row.id, row));
    body.onDelete((_context, row) => this.#forget(row.id));
    connection.onTransaction((_context, { tick, serverTime }) => {
      this.#serverMs = Number(serverTime.toMillis());
      this.#applied(tick, performance.now());
    });
  }

  get ownId(): bigint | null {
    const { identity, db } = this.#connection;
    if (identity === undefined) return null;
    return db.player.identity.find(identity)?.bodyId ?? null;
  }

  /** The own body as it is known now, ahead of what is shown; null before the player has one. */
  get ownBody(): Body | null {
    const id = this.ownId;
    return id === null ? null : (this.#connection.db.body.id.find(id) ?? null);
  }

  /** By the server's clock, unless the hour is set. Null before the first message. */
  secondsSinceDawn(nowMs: number): number | null {
    if (this.#setHour !== null) return secondsAtHour(this.#setHour);
    for (const { dawnAt } of this.#connection.db.sky.iter()) {
      return (this.#serverNowMs(nowMs) - Number(dawnAt.toMillis())) / 1000;
    }
    return null;
  }

  /** A line over a head, for a while. */
  hear(speakerId: bigint, text: string): void {
    this.#speeches.set(speakerId, { text, untilMs: performance.now() + SPEECH_SHOWN_MS });
  }

  /** The world at the moment to show, of the own body's space. */
  view(nowMs: number): ViewWorld {
    const shownMs = this.clock.shownMs(nowMs);
    const ownId = this.ownId;
    const space = (ownId === null ? undefined : this.#tracks.get(ownId))?.at(shownMs).space ?? 0;
    const bodies: ViewBody[] = [];
    let own: ViewBody | null = null;
    for (const row of this.#connection.db.body.iter()) {
      const track = this.#tracks.get(row.id);
      if (track === undefined) continue;
      const sample = track.at(shownMs);
      if (sample.space !== space) continue;
      const body = this.#viewBody(row, sample, track.at(shownMs - SPEED_MS), nowMs);
      bodies.push(body);
      if (row.id === ownId) own = body;
    }
    const secondsSinceDawn = this.secondsSinceDawn(nowMs);
    const light = secondsSinceDawn === null ? 1 : daylight(secondsSinceDawn);
    return { space, light, own, bodies, resources: this.#resources(space), fires: this.#fires(space, nowMs) };
  }

  #viewBody(row: Body, sample: Sample, before: Sample, nowMs: number): ViewBody {
    const { x, y, heading } = sample;
    const speed = before.space === sample.space ? (Math.hypot(x - before.x, y - before.y) / SPEED_MS) * 1000 : 0;
    const name = row.kind === Kind.Wanderer ? (this.#connection.db.nameplate.bodyId.find(row.id)?.text ?? null) : null;
    return {
      id: row.id,
      kind: row.kind,
      look: row.look,
      carries: row.carries,
      x,
      y,
      heading,
      speed,
      health: row.kind === Kind.Wanderer ? row.hp / HP_MAX : null,
      name,
      speech: this.#speechOf(row.id, nowMs),
    };
  }

  #speechOf(id: bigint, nowMs: number): string | null {
    const speech = this.#speeches.get(id);
    if (speech === undefined) return null;
    if (speech.untilMs > nowMs) return speech.text;
    this.#speeches.delete(id);
    return null;
  }

  #resources(space: number): ViewResource[] {
    return [...this.#connection.db.resource.iter()].filter((row) => row.floor === space);
  }

  #fires(space: number, nowMs: number): ViewFire[] {
    const serverMs = this.#serverNowMs(nowMs);
    const fires: ViewFire[] = [];
    for (const { floor, x, y, burnsUntil } of this.#connection.db.fire.iter()) {
      const left = (Number(burnsUntil.toMillis()) - serverMs) / 1000 / FIRE_S;
      if (floor === space) fires.push({ x, y, left: Math.max(0, Math.min(1, left)) });
    }
    return fires;
  }

  #serverNowMs(nowMs: number): number {
    return this.#serverMs + nowMs - this.#heardMs;
  }

  #applied(tick: number, nowMs: number): void {
    this.tick = tick;
    this.#heardMs = nowMs;
    const timeMs = tick * TICK_PERIOD_MS;
    this.clock.hear(timeMs, nowMs);
    for (const [id, { floor, x, y, heading }] of this.#moved) {
      let track = this.#tracks.get(id);
      if (track === undefined) this.#tracks.set(id, (track = new Track()));
      track.push({ timeMs, space: floor, x, y, heading }, TICK_PERIOD_MS);
    }
    this.#moved.clear();
  }

  #forget(id: bigint): void {
    this.#tracks.delete(id);
    this.#moved.delete(id);
    this.#speeches.delete(id);
    this.#onForget(id);
  }
}
