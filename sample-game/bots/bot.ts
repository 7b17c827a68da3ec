import { sender } from '@tickbase/client';
import { type Body, DbConnection, type Player, tables } from '../module_bindings/index.ts';
import { DAY_S, daylight, isNight } from '../src/daylight.ts';
import { EMPTY_HANDS, GATHER_REACH_M, Item, Kind, NOURISHMENT, RECIPES, STRIKE_REACH_M } from '../src/rules.ts';
import { CAMP, Space } from '../src/terrain/places.ts';
import { craftable } from './craftable.ts';
import { LineChooser } from './line-chooser.ts';
import { LINES } from './lines.ts';
import { directionTo, type Point, restOfWay, somewhere, wayToDoor } from './pathfinding.ts';

const THINK_MS = 450;
/** A goal that was not reached after so many thoughts is given up. */
const THOUGHTS_PER_GOAL = 40;
/** A wolf that near is run from. */
const FEAR_M = 8;
/** Whoever is about that near is greeted. */
const GREET_M = 4;
const GATHER_FROM_M = 18;
/** Nobody stands in the flames. */
const BESIDE_FIRE_M = 1.6;
/** A fire that is farther away is none. */
const FAR_FIRE_M = 30;
/** Below this hp a bot eats. */
const HUNGRY_HP = 70;
/** Of the times that a bot talks, to all: with fifty bots one line in three minutes, which leaves the kept lines to people. */
const WORLD_LINE_CHANCE = 0.01;
/** One for all bots of the process: whoever reads their lines reads them as one talk. */
const spoken = new LineChooser();
const CAMPFIRE = RECIPES.findIndex(({ item }) => item === Item.Campfire);
const FOOD = Object.keys(NOURISHMENT).map(Number);

/**
 * One bot: a client like every other. A few times a second it looks at what it sees of the world, and then walks, gathers,
 * crafts, rests, talks or goes through the door to the other space. In the evening it seeks a fire or builds one; it runs from wolves,
 * or strikes at them.
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
    const own = tables.player.where(({ identity }) => identity.eq(sender));
    this.#connection.subscriptionBuilder().subscribe([own, tables.pack, tables.sky]);
    try {
      await this.#connection.reducers.join({ name: this.#name, isBot: true });
    } catch (error) {
      events.ended(`${this.#name}: ${String(error)}`);
      return;
    }
    const { bodyId } = this.#player!; // a call settles after the rows that it changed are here
    // What it decides by and no more: hundreds of bots live in one process, and who asks for all that is near pays for it in every tick.
    this.#connection
      .subscriptionBuilder()
      .subscribe([
        tables.body.within(1).where(({ id }) => id.eq(bodyId)),
        tables.body.within(FEAR_M).where(({ kind }) => kind.eq(Kind.Wolf)),
        tables.nameplate.within(GREET_M),
        tables.resource.within(GATHER_FROM_M),
        tables.fire.within(FAR_FIRE_M),
      ]);
    events.joined();
    // Bots that came together must not think together.
    this.#timer = setTimeout(() => {
      this.#timer = setInterval(() => this.#think(), THINK_MS * (0.8 + 0.4 * Math.random()));
    }, THINK_MS * Math.random());
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer); // ends an interval, too
    this.#timer = null;
  }

  #think(): void {
    const bodyId = this.#player?.bodyId;
    const mine = bodyId === undefined ? undefined : this.#connection.db.body.id.find(bodyId);
    if (!mine || !this.#connection.isActive) return;
    const hourS = this.#hourS();
    const wolf = isNight(hourS) ? this.#nearestWolf(mine) : null;
    this.#mend(mine);
    if (wolf !== null && this.#face(mine, wolf)) return;
    if (Math.random() < 0.005) this.#talk(mine);
    if (this.#restThoughts > 0) {
      this.#restThoughts--;
      return;
    }
    this.#work(mine, hourS);
    this.#gatherTarget(mine);
    const next = this.#nextPoint(mine, hourS);
    const direction = next === null ? null : directionTo(mine.floor, mine, next, this.#side);
    if (direction === null) this.#way = [];
    this.#steer(direction ?? { x: 0, y: 0 });
  }

  get #player(): Player | null {
    const { identity, db } = this.#connection;
    return identity === undefined ? null : (db.player.identity.find(identity) ?? null);
  }

  /** Seconds since the last dawn. */
  #hourS(): number {
    for (const { dawnAt } of this.#connection.db.sky.iter()) {
      return ((Date.now() - Number(dawnAt.toMillis())) / 1000) % DAY_S;
    }
    return DAY_S / 2;
  }

  /** What to do about a wolf; whether that is all for now. Who bears a torch or sits by a fire has nothing to fear. */
  #face(mine: Body, wolf: Body): boolean {
    if (mine.carries === Item.Torch || this.#fireM(mine) < 5) return false;
    const pack = this.#pack();
    const weapon = pack.has(Item.Torch) ? Item.Torch : pack.has(Item.Spear) ? Item.Spear : EMPTY_HANDS;
    if (mine.carries !== weapon) this.#call(this.#connection.reducers.hold({ item: weapon }));
    const wolfM = Math.hypot(wolf.x - mine.x, wolf.y - mine.y);
    if (mine.carries === Item.Spear && wolfM < STRIKE_REACH_M) this.#call(this.#connection.reducers.strike({}));
    if (Math.random() < 0.02) this.#sayNear(LINES.wolf);
    this.#target = null;
    this.#restThoughts = 0;
    const fire = this.#nearestFire(mine);
    const away = { x: 2 * mine.x - wolf.x, y: 2 * mine.y - wolf.y };
    // A fire behind the wolf is no refuge.
    const refuge = fire !== null && Math.hypot(fire.x - wolf.x, fire.y - wolf.y) > wolfM ? fire : away;
    this.#way = [refuge];
    this.#thoughtsLeft = THOUGHTS_PER_GOAL;
    this.#steer(directionTo(mine.floor, mine, refuge, this.#side) ?? { x: 0, y: 0 });
    return true;
  }

  /** Eats when it is hurt. */
  #mend(mine: Body): void {
    if (mine.hp >= HUNGRY_HP) return;
    const pack = this.#pack();
    const food = FOOD.find((item) => pack.has(item));
    if (food !== undefined) this.#call(this.#connection.reducers.eat({ item: food }));
  }

  /** Crafts, builds a fire in the evening, takes a torch by night and puts it away by day. */
  #work(mine: Body, hourS: number): void {
    const { reducers } = this.#connection;
    const light = daylight(hourS);
    const pack = this.#pack();
    const inHand = light < 0.6 && pack.has(Item.Torch) ? Item.Torch : pack.has(Item.Charm) ? Item.Charm : EMPTY_HANDS;
    if (mine.carries !== inHand) this.#call(reducers.hold({ item: inHand }));
    if (Math.random() > 0.2) return;
    const fireM = this.#fireM(mine);
    const isEvening = light < 0.8 && hourS > DAY_S / 2;
    if (isEvening && fireM > 12 && mine.floor === Space.Land && (pack.get(Item.Wood) ?? 0) >= 3) {
      this.#call(reducers.craft({ recipe: CAMPFIRE }));
      this.#sayNear(LINES.fire);
      return;
    }
    const recipe = craftable(pack, fireM);
    if (recipe === null) return;
    this.#call(reducers.craft({ recipe }));
    if (Math.random() < 0.1) this.#sayNear(LINES.crafting);
  }

  /** Where to walk now; null when the bot rests. */
  #nextPoint(mine: Body, hourS: number): Point | null {
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
    this.#chooseGoal(mine, hourS);
    return this.#way[0] ?? null;
  }

  #chooseGoal(mine: Body, hourS: number): void {
    this.#thoughtsLeft = THOUGHTS_PER_GOAL;
    this.#target = null;
    const dice = Math.random();
    const isInCave = mine.floor === Space.Cave;
    const fire = daylight(hourS) < 0.5 && dice < 0.7 ? this.#nearestFire(mine) : null;
    if (fire !== null) {
      this.#way = [somewhere(mine.floor, fire, 3, BESIDE_FIRE_M)];
      return;
    }
    if (dice < (isInCave ? 0.15 : 0.015)) {
      this.#way = restOfWay(wayToDoor(mine.floor), mine);
      this.#thoughtsLeft = 5 * THOUGHTS_PER_GOAL;
      return;
    }
    const resource = dice < 0.55 ? this.#someResource(mine) : null;
    if (resource !== null) {
      this.#target = resource.id;
      this.#way = [resource];
      return;
    }
    this.#way = [
      isInCave
        ? somewhere(mine.floor, mine, 9)
        : dice < 0.8
          ? somewhere(mine.floor, CAMP, 10, BESIDE_FIRE_M)
          : somewhere(mine.floor, mine, 14),
    ];
  }

  #someResource(mine: Body): { id: bigint; x: number; y: number } | null {
    const near = [...this.#connection.db.resource.iter()].filter(
      ({ floor, left, x, y }) => floor === mine.floor && left > 0 && Math.hypot(x - mine.x, y - mine.y) < GATHER_FROM_M,
    );
    return near.length === 0 ? null : pick(near);
  }

  #gatherTarget(mine: Body): void {
    const target = this.#target === null ? undefined : this.#connection.db.resource.id.find(this.#target);
    if (!target || Math.hypot(target.x - mine.x, target.y - mine.y) > GATHER_REACH_M * 0.8) return;
    if (target.left < 2) this.#target = null;
    this.#call(this.#connection.reducers.gather({ resourceId: target.id }));
    this.#steer({ x: 0, y: 0 });
    this.#way = [];
    this.#restThoughts = 3;
    if (Math.random() < 0.03) this.#sayNear(LINES.gathering);
  }

  #talk(mine: Body): void {
    if (Math.random() < WORLD_LINE_CHANCE) {
      this.#say(spoken.next(LINES.world), true);
      return;
    }
    const others = [...this.#connection.db.nameplate.iter()].filter(({ bodyId }) => bodyId !== mine.id);
    if (others.length > 0 && Math.random() < 0.6) {
      this.#say(spoken.next(LINES.greeting).replace('{name}', pick(others).text), false);
    } else {
      this.#sayNear(mine.floor === Space.Cave ? LINES.cave : LINES.land);
    }
  }

  #nearestWolf(mine: Body): Body | null {
    let found: Body | null = null;
    let foundM = FEAR_M;
    for (const other of this.#connection.db.body.iter()) {
      if (other.kind !== Kind.Wolf || other.floor !== mine.floor) continue;
      const awayM = Math.hypot(other.x - mine.x, other.y - mine.y);
      if (awayM >= foundM) continue;
      found = other;
      foundM = awayM;
    }
    return found;
  }

  /** The camp's fire or a built one in this space, if one is not far. */
  #nearestFire(mine: Body): Point | null {
    let found: Point | null = null;
    let foundM = FAR_FIRE_M;
    const fires = mine.floor === Space.Land ? [{ ...CAMP, floor: Space.Land }] : [];
    for (const fire of [...fires, ...this.#connection.db.fire.iter()]) {
      const awayM = Math.hypot(fire.x - mine.x, fire.y - mine.y);
      if (fire.floor !== mine.floor || awayM >= foundM) continue;
      found = fire;
      foundM = awayM;
    }
    return found;
  }

  #fireM(mine: Body): number {
    const fire = this.#nearestFire(mine);
    return fire === null ? FAR_FIRE_M : Math.hypot(fire.x - mine.x, fire.y - mine.y);
  }

  /** Pieces by item. */
  #pack(): Map<number, number> {
    const pack = new Map<number, number>();
    for (const { item, count } of this.#connection.db.pack.iter()) pack.set(item, count);
    return pack;
  }

  #sayNear(lines: readonly string[]): void {
    this.#say(spoken.next(lines), false);
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

function pick<T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)]!;
}
