import type { Page } from 'playwright-core';
import type { DebugBody, DebugDoor } from '../../sample-game/page/debug-door.ts';
import { DIRECTIONS, type Place, TICK_M, WayMap } from './way-map.ts';

/** Of the pictures that people look at, larger than what the tests need. */
const SHOWN = { width: 1120, height: 700 };
/** Frames until all the land of such a picture is painted. */
const PAINTED_FRAMES = 12;
/** A step's length: half of what is left, within these. */
const STEP_M_MIN = 0.5;
const STEP_M_MAX = 3;
/** By then the server has heard that a key was let go, and has told where the body stands. */
const REST_TICKS = 4;
/** Who has won nothing in so many steps tries any side, and then gives up. */
const ASTRAY_STEPS = 6;
const IDLE_STEPS_MAX = 40;
/** One stands at a thing to gather, well within its reach. */
const BESIDE_M = 1.6;
/** An answer to a key that was pressed has come by then, if it comes. */
const ANSWER_TICKS = 30;
/** What was taken may have grown again after so long. */
const REGROW_TICKS = 40;
const ATTEMPTS_MAX = 40;

/** A page of the sample game, and a player who uses its keys. Waits on what the page knows, never on time. */
export class GamePage {
  readonly page: Page;

  /** For a page that is live. */
  constructor(page: Page) {
    this.page = page;
  }

  get<Name extends keyof DebugDoor>(name: Name): Promise<DebugDoor[Name]> {
    return this.page.evaluate((key) => window.sampleGame![key as Name], name as string) as Promise<DebugDoor[Name]>;
  }

  async ownId(): Promise<string> {
    return (await this.get('ownBodyId'))!;
  }

  async body(id: string): Promise<DebugBody> {
    return (await this.get('bodies')).find((body) => body.id === id)!;
  }

  async own(): Promise<DebugBody> {
    return this.body(await this.ownId());
  }

  async pieces(item: number): Promise<number> {
    return (await this.get('pack'))[item] ?? 0;
  }

  /** Waits until a body is in view, or is not. */
  async sees(id: string, isSeen: boolean): Promise<void> {
    await this.page.waitForFunction(
      ([bodyId, expected]) => window.sampleGame!.bodies.some((body) => body.id === bodyId) === expected,
      [id, isSeen] as const,
    );
  }

  /** Waits until a body stands farther than so many metres in one direction from a place. */
  async seesMove(id: string, from: Place, direction: Place): Promise<void> {
    await this.page.waitForFunction(
      ([bodyId, x, y, east, north]) =>
        window.sampleGame!.bodies.some(
          (body) => body.id === bodyId && (body.x - x) * east + (body.y - y) * north > Math.hypot(east, north) ** 2,
        ),
      [id, from.x, from.y, direction.x, direction.y] as const,
    );
  }

  async seesHeld(id: string, item: number): Promise<void> {
    await this.page.waitForFunction(
      ([bodyId, held]) => window.sampleGame!.bodies.some((body) => body.id === bodyId && body.carries === held),
      [id, item] as const,
    );
  }

  async say(text: string): Promise<void> {
    await this.page.keyboard.press('Enter');
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
  }

  /** Waits until a line that ends so can be read. */
  async reads(text: string): Promise<void> {
    await this.page.waitForFunction((line) => window.sampleGame!.lines.some((known) => known.endsWith(line)), text);
  }

  /**
   * Walks in steps until the own body stands within reach of a place, or took a door on the way. Where nothing is won for a while it steps to
   * any side; throws when that does not help.
   */
  async walk(space: number, to: Place, reachM: number): Promise<void> {
    let ways: WayMap | null = null;
    let best = Number.POSITIVE_INFINITY;
    let bestRound = 0;
    for (let round = 0; ; round++) {
      const at = await this.own();
      const awayM = Math.hypot(to.x - at.x, to.y - at.y);
      if (at.floor !== space || awayM <= reachM) return;
      // Off the map is who was bitten, and woke by the camp's fire.
      if (!ways?.isKnown(at)) [ways, best] = [new WayMap(space, at, to), Number.POSITIVE_INFINITY];
      const cost = ways.costFrom(at);
      if (cost < best) [best, bestRound] = [cost, round];
      const idleCount = round - bestRound;
      if (!ways.isKnown(at) || idleCount > IDLE_STEPS_MAX) {
        throw new Error(
          `no way on from ${at.x}, ${at.y} to ${to.x}, ${to.y} in space ${space}: ${awayM} m, ${cost} left of the way, ` +
            `${best} at best and ${idleCount} steps ago; hp ${at.hp}`,
        );
      }
      const ticks = Math.round(Math.max(STEP_M_MIN, Math.min(STEP_M_MAX, awayM / 2)) / TICK_M);
      const isAstray = idleCount > ASTRAY_STEPS && round % 3 === 0;
      await this.#step(isAstray ? DIRECTIONS[round % 8]! : ways.from(at, ticks), ticks);
    }
  }

  /** Walks from one resource of an item to the next until so many pieces are in the pack. Waits where all are taken. */
  async gather(item: number, count: number): Promise<void> {
    for (let attempt = 0; (await this.pieces(item)) < count; attempt++) {
      const own = await this.own();
      const awayM = ({ x, y }: Place): number => Math.hypot(x - own.x, y - own.y);
      const near = (await this.get('resources'))
        .filter(({ kind, floor }) => kind === item && floor === own.floor)
        .sort((a, b) => awayM(a) - awayM(b));
      const isReachable = (resource: Place): boolean => new WayMap(own.floor, own, resource).isKnown(own);
      const target = near.find((resource) => resource.left > 0 && isReachable(resource));
      if (attempt === ATTEMPTS_MAX || (target === undefined && !near.some(isReachable))) {
        throw new Error(
          `no ${count} pieces of item ${item} for one at ${own.x}, ${own.y} in space ${own.floor}: ` +
            `${near.length} places in view, ${attempt} attempts, the pack ${JSON.stringify(await this.get('pack'))}`,
        );
      }
      if (target === undefined) {
        await this.ticksPass(await this.get('tick'), REGROW_TICKS);
        continue;
      }
      await this.walk(own.floor, target, BESIDE_M);
      const [before, tick] = [sum(await this.get('pack')), await this.get('tick')];
      await this.page.keyboard.press('e');
      // What is nearer is taken first, whatever it is; and bots gather, too, so that nothing may come of it.
      await this.page.waitForFunction(
        ([had, until]) => {
          const { pack, tick: now } = window.sampleGame!;
          return Object.values(pack).reduce((total, pieces) => total + pieces, 0) > had || now >= until;
        },
        [before, tick + ANSWER_TICKS] as const,
      );
    }
  }

  /**
   * Holds the keys of one of the eight directions for so many ticks, and waits until the body stands. The page counts the ticks itself: from
   * out here a key would be held for as long as a busy machine takes to answer.
   */
  async #step(direction: Place, ticks: number): Promise<void> {
    await this.page.evaluate(
      async ([codes, ticks, restTicks]) => {
        for (const [type, count] of [
          ['keydown', ticks],
          ['keyup', restTicks],
        ] as const) {
          for (const code of codes) document.body.dispatchEvent(new KeyboardEvent(type, { code, bubbles: true }));
          const until = window.sampleGame!.tick + count;
          while (window.sampleGame!.tick < until) await new Promise((resolve) => setTimeout(resolve, 5));
        }
      },
      [keysFor(direction).map((key) => `Key${key.toUpperCase()}`), ticks, REST_TICKS] as const,
    );
  }

  async framesPass(count: number): Promise<void> {
    const drawn = await this.get('framesDrawn');
    await this.page.waitForFunction((frames) => window.sampleGame!.framesDrawn >= frames, drawn + count);
  }

  async ticksPass(from: number, count: number): Promise<void> {
    await this.page.waitForFunction((tick) => window.sampleGame!.tick >= tick, from + count);
  }

  /** Keeps a picture to look at. */
  async shoot(path: string): Promise<void> {
    const before = this.page.viewportSize()!;
    await this.page.setViewportSize(SHOWN);
    await this.framesPass(PAINTED_FRAMES);
    await this.page.screenshot({ path });
    await this.page.setViewportSize(before);
  }
}

/** The keys that are held to walk in one of the eight directions. */
export function keysFor({ x, y }: Place): string[] {
  return [...(x > 0.1 ? ['d'] : x < -0.1 ? ['a'] : []), ...(y > 0.1 ? ['w'] : y < -0.1 ? ['s'] : [])];
}

function sum(pack: Readonly<Record<number, number>>): number {
  return Object.values(pack).reduce((total, pieces) => total + pieces, 0);
}
