import { DbConnection } from '../module_bindings/index.ts';
import { GATHER_REACH_M, Kind } from '../src/rules.ts';
import { CAMP, EXTENT_M, Space } from '../src/terrain/places.ts';
import { isWalkable } from '../src/terrain/is-walkable.ts';
import { LINES } from './lines.ts';
import { directionTo, type Point, wayToDoor } from './pathfinding.ts';

const THINK_MS = 450;
/** A goal that was not reached after so many thoughts is given up. */
const THOUGHTS_PER_GOAL = 40;

/**
 * One bot: a client like every other. A few times a second it looks at what it sees of the world, and then walks, gathers,
 * rests, talks or goes through the door to the other space.
 */
export class Bot {
  readonly #connection: DbConnection;
  readonly #name: string;
  readonly #side: 1 | -1 = Math.random() < 0.5 ? 1 : -1;
  #timer: NodeJS.Timeout | null = null;
  #way: Point[] = [];
  #target: bigint | null = null;
  #thoughtsLeft = 0;
  #restThoughts = 0;
  #told: Point = { x: 0, y: 0 };
  #callsFailed = 0;

  constructor(uri: string, name: string, events: BotEvents) {
    this.#name = name;
    this.#connection = DbConnection.builder()
      .withUri(uri)
      .withDatabaseName('sample-game')
      .onConnect(() => void this.#start(events))
      .onConnectError((_context, error) => events.ended(`${name}: ${error.message}`))
      .onDisconnect((_context, error) => {
        this.#stop();
        if (error !== undefined) events.ended(`${name}: ${error.message}`);
      })
      .build();
  }

  leave(): void {
    this.#stop();
    this.#connection.disconnect();
  }

  async #start(events: BotEvents): Promise<void> {
    this.#connection
      .subscriptionBuilder()
      .subscribe(['SELECT * FROM body', 'SELECT * FROM nameplate', 'SELECT * FROM resource', 'SELECT * FROM player']);
    try {
      await this.#connection.reducers.join({ name: this.#name, isBot: true });
    } catch (error) {
      events.ended(`${this.#name}: ${String(error)}`);
      return;
    }
    events.joined();
    this.#timer = setInterval(() => this.#think(), THINK_MS * (0.8 + 0.4 * Math.random()));
  }

  #stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #think(): void {
    const { identity, db, isActive } = this.#connection;
    if (!isActive || identity === undefined) return;
    const bodyId = db.player.identity.find(identity)?.bodyId;
    const mine = bodyId === undefined ? undefined : db.body.id.find(bodyId);
    if (!mine) return;
    if (Math.random() < 0.005) this.#talk(mine);
    if (this.#restThoughts > 0) {
      this.#restThoughts--;
      return;
    }
    this.#gatherTarget(mine);
    const next = this.#nextPoint(mine);
    const direction = next === null ? null : directionTo(mine.floor, mine, next, this.#side);
    if (direction === null) this.#way = [];
    this.#steer(direction ?? { x: 0, y: 0 });
  }

  /** Where to walk now; null when the bot rests. */
  #nextPoint(mine: Standing): Point | null {
    const next = this.#way[0];
    if (next !== undefined && this.#thoughtsLeft-- > 0) {
      // The last point of a way is meant exactly, the others by and by.
      if (Math.hypot(next.x - mine.x, next.y - mine.y) > (this.#way.length > 1 ? 2.5 : 0.9)) return next;
      this.#way.shift();
      if (this.#way.length > 0) return this.#way[0]!;
      if (Math.random() < 0.6) {
        this.#restThoughts = Math.floor(2 + Math.random() * 9);
        return null;
      }
    }
    this.#chooseGoal(mine);
    return this.#way[0] ?? null;
  }

  #chooseGoal(mine: Standing): void {
    this.#thoughtsLeft = THOUGHTS_PER_GOAL;
    this.#target = null;
    const dice = Math.random();
    const isInCave = mine.floor === Space.Cave;
    if (dice < (isInCave ? 0.12 : 0.06)) {
      this.#way = fromNearest(wayToDoor(mine.floor), mine);
      this.#thoughtsLeft = 5 * THOUGHTS_PER_GOAL;
      return;
    }
    const resource = dice < 0.45 ? this.#someResource(mine) : null;
    if (resource !== null) {
      this.#target = resource.id;
      this.#way = [resource];
      return;
    }
    this.#way = [isInCave ? somewhere(mine, 9) : dice < 0.7 ? somewhere(CAMP, 11) : somewhere(mine, 14)];
  }

  #someResource(mine: Standing): { id: bigint; x: number; y: number } | null {
    const near = [...this.#connection.db.resource.iter()].filter(
      ({ floor, left, x, y }) => floor === mine.floor && left > 0 && Math.hypot(x - mine.x, y - mine.y) < 18,
    );
    return near[Math.floor(Math.random() * near.length)] ?? null;
  }

  #gatherTarget(mine: Standing): void {
    const target = this.#target === null ? undefined : this.#connection.db.resource.id.find(this.#target);
    if (!target || Math.hypot(target.x - mine.x, target.y - mine.y) > GATHER_REACH_M * 0.8) return;
    if (target.left < 2) this.#target = null;
    this.#call(this.#connection.reducers.gather({ resourceId: target.id }));
    this.#steer({ x: 0, y: 0 });
    this.#way = [];
    this.#restThoughts = 3;
    if (Math.random() < 0.12) this.#say(pick(LINES.gathering), false);
  }

  #talk(mine: Standing): void {
    if (Math.random() < 0.12) {
      this.#say(pick(LINES.world), true);
      return;
    }
    const { db } = this.#connection;
    for (const other of db.body.iter()) {
      const isNear =
        other.id !== mine.id && other.kind === Kind.Wanderer && Math.hypot(other.x - mine.x, other.y - mine.y) < 6;
      const name = isNear ? db.nameplate.bodyId.find(other.id)?.text : undefined;
      if (name === undefined || Math.random() < 0.4) continue;
      this.#say(pick(LINES.greeting).replace('{name}', name), false);
      return;
    }
    this.#say(pick(mine.floor === Space.Cave ? LINES.cave : LINES.land), false);
  }

  #say(text: string, toAll: boolean): void {
    this.#call(this.#connection.reducers.say({ text, toAll }));
  }

  #steer(direction: Point): void {
    const { x, y } = direction;
    if (Math.hypot(x - this.#told.x, y - this.#told.y) < 0.12) return;
    this.#told = direction;
    this.#call(this.#connection.reducers.steer({ x, y }));
  }

  /** A refusal (somebody else took the last berry) is part of the game; a bot that is refused always is not. */
  #call(call: Promise<void>): void {
    call.then(
      () => (this.#callsFailed = 0),
      (error: unknown) => {
        this.#told = { x: Number.NaN, y: Number.NaN };
        this.#callsFailed++;
        if (this.#callsFailed === 20)
          console.error(`bot ${this.#name}: 20 calls failed in a row, the last: ${String(error)}`);
      },
    );
  }
}

export interface BotEvents {
  joined(): void;
  ended(reason: string): void;
}

interface Standing extends Point {
  readonly id: bigint;
  readonly floor: number;
}

/** A walkable point not far from another; that one itself if chance found none. */
function somewhere(round: Point & { readonly floor?: number }, radiusM: number): Point {
  const floor = round.floor ?? Space.Land;
  const extent = EXTENT_M[floor]!;
  for (let i = 0; i < 30; i++) {
    const x = Math.min(extent.width - 2, Math.max(2, round.x + (Math.random() * 2 - 1) * radiusM));
    const y = Math.min(extent.height - 2, Math.max(2, round.y + (Math.random() * 2 - 1) * radiusM));
    if (isWalkable(floor, x, y)) return { x, y };
  }
  return round;
}

/** The rest of a way, from its point nearest to where one is. */
function fromNearest(way: readonly Point[], from: Point): Point[] {
  const distances = way.map(({ x, y }) => Math.hypot(x - from.x, y - from.y));
  return way.slice(distances.indexOf(Math.min(...distances)));
}

function pick<T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)]!;
}
