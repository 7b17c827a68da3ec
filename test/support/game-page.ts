import type { Page } from 'playwright-core';
import type { DebugBody, DebugDoor } from '../../sample-game/page/debug-door.ts';
import { WayMap, type Place } from './way-map.ts';

/** Of the pictures that people look at, larger than what the tests need. */
const SHOWN = { width: 1120, height: 700 };
/** Frames until all the land of such a picture is painted. */
const PAINTED_FRAMES = 12;
/** A part of a direction counts as a key when it leans more than a sixteenth of a turn that way. */
const SLANT = Math.sin(Math.PI / 8);
/** Nearer than this to a goal one goes step by step, since a page may answer late. */
const NEAR_M = 3;
const STEP_TICKS = 3;
/** One stands at a thing to gather, well within its reach. */
const BESIDE_M = 1.6;

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

  /** Holds keys until the own body is within reach of a place, or took a door on the way. */
  async walk(space: number, to: Place, reachM: number): Promise<void> {
    const ways = new WayMap(space, await this.own(), to);
    if (!ways.isReachable) throw new Error(`there is no way to ${to.x}, ${to.y}`);
    const held = new Set<string>();
    const hold = async (wanted: readonly string[]): Promise<void> => {
      for (const key of 'wasd') {
        if (wanted.includes(key) === held.has(key)) continue;
        if (held.delete(key)) await this.page.keyboard.up(key);
        else await this.page.keyboard.down(held.add(key) && key);
      }
    };
    for (;;) {
      const [at, tick] = [await this.own(), await this.get('tick')];
      const awayM = Math.hypot(to.x - at.x, to.y - at.y);
      if (at.floor !== space || awayM <= reachM) break;
      await hold(keysFor(ways.from(at)));
      await this.ticksPass(tick, STEP_TICKS);
      if (awayM > NEAR_M) continue;
      await hold([]);
      await this.ticksPass(await this.get('tick'), STEP_TICKS);
    }
    await hold([]);
  }

  /** Walks from one resource of an item to the next until so many pieces are in the pack. */
  async gather(item: number, count: number): Promise<void> {
    while ((await this.pieces(item)) < count) {
      const own = await this.own();
      const awayM = ({ x, y }: Place): number => Math.hypot(x - own.x, y - own.y);
      const ripe = (await this.get('resources'))
        .filter(({ kind, left, floor }) => kind === item && left > 0 && floor === own.floor)
        .sort((a, b) => awayM(a) - awayM(b));
      const target = ripe.find((resource) => new WayMap(own.floor, own, resource).isReachable);
      if (target === undefined) throw new Error(`nothing to gather of item ${item} is in view`);
      await this.walk(own.floor, target, BESIDE_M);
      const before = sum(await this.get('pack'));
      await this.page.keyboard.press('e');
      // What is nearer is taken first, whatever it is; and bots gather, too.
      await this.page.waitForFunction(
        ([id, had]) => {
          const { pack, resources } = window.sampleGame!;
          const has = Object.values(pack).reduce((total, pieces) => total + pieces, 0);
          return has > had || resources.some((other) => other.id === id && other.left === 0);
        },
        [target.id, before] as const,
      );
    }
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

function keysFor({ x, y }: Place): string[] {
  const slant = SLANT * Math.hypot(x, y);
  return [...(x > slant ? ['d'] : x < -slant ? ['a'] : []), ...(y > slant ? ['w'] : y < -slant ? ['s'] : [])];
}

function sum(pack: Readonly<Record<number, number>>): number {
  return Object.values(pack).reduce((total, pieces) => total + pieces, 0);
}
