import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DebugBody } from '../sample-game/page/debug-door.ts';
import { isWalkable } from '../sample-game/src/terrain/is-walkable.ts';
import { DOORS, PATHS, Space } from '../sample-game/src/terrain/places.ts';
import { isChromiumHere, launchChromium, needsChromium } from './support/chromium.ts';
import { isPortOpen, npmStart, npmStartToEnd, type StartedGame } from './support/npm-start.ts';

const SCREENSHOTS = fileURLToPath(new URL('../.cache/screenshots/', import.meta.url));
const BOT_COUNT = 6;
/** Few pixels and few frames: the graphics are drawn by the processor, and other tests' servers tick beside them. */
const VIEWPORT = { width: 640, height: 400 };
const QUERY = '?fps=10';
const PHONE = { width: 360, height: 640 };

test('an unknown flag ends npm start with status 2 and the usage', async () => {
  const { status, output } = await npmStartToEnd(['--prot', '3001']);
  expect(status).toBe(2);
  expect(output).toContain('--prot');
  expect(output).toContain('usage: npm start -- [--port N] [--bots N]');
});

test('TERM to npm ends the server and its bots, and frees the port', async () => {
  const game = await npmStart(['--port', '0', '--bots', '3'], 3);
  expect(await isPortOpen(game.port)).toBe(true);
  expect(await game.stop()).toBe(0);
  expect(await isPortOpen(game.port)).toBe(false);
  expect(game.output()).not.toContain('come back');
});

describe.skipIf(!isChromiumHere)(needsChromium('the sample game in a browser'), () => {
  let game: StartedGame;
  let browser: Browser;
  let first: Page;
  let second: Page;

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    game = await npmStart(['--port', '0', '--bots', String(BOT_COUNT)], BOT_COUNT);
    browser = await launchChromium();
    [first, second] = await Promise.all([openPage(VIEWPORT), openPage(PHONE)]);
  });

  afterAll(async () => {
    await browser?.close();
    await game?.stop();
  });

  test('the page goes live, shows bots and beasts, and they move', async () => {
    const before = await bodiesOf(first);
    expect(before.filter(({ kind }) => kind === 0).length).toBeGreaterThan(1);
    expect(before.some(({ kind }) => kind !== 0)).toBe(true);
    const own = await ownId(first);
    await first.waitForFunction(
      ([known, ownBodyId]) => {
        const moved = window.sampleGame!.bodies.filter(({ id, x, y }) => {
          const body = known.find((other) => other.id === id);
          return body !== undefined && id !== ownBodyId && Math.hypot(x - body.x, y - body.y) > 0.5;
        });
        return moved.length >= 3;
      },
      [before, own] as const,
    );
    await drawnFrames(first, 10);
    await first.screenshot({ path: `${SCREENSHOTS}land.png` });
  });

  test('a held key moves the own body, and a second page sees it move', async () => {
    const id = await ownId(first);
    await second.waitForFunction((bodyId) => window.sampleGame!.bodies.some((body) => body.id === bodyId), id);
    const start = bodyOf(await bodiesOf(second), id);

    await first.keyboard.down('a');
    await second.waitForFunction(
      ([bodyId, x]) => window.sampleGame!.bodies.some((body) => body.id === bodyId && body.x < x - 1),
      [id, start.x] as const,
    );
    await first.keyboard.up('a');
    const seen = bodyOf(await bodiesOf(first), id);
    expect(seen.x).toBeLessThan(start.x - 0.5);
    await drawnFrames(second, 10);
    await second.screenshot({ path: `${SCREENSHOTS}phone.png` });
  });

  test('a line said in one page is read in another', async () => {
    await first.keyboard.press('Enter');
    await first.keyboard.type('Is anybody here?');
    await first.keyboard.press('Enter');
    for (const page of [first, second]) {
      await page.waitForFunction(() => window.sampleGame!.lines.some((line) => line.endsWith(': Is anybody here?')));
    }
    await drawnFrames(first, 5);
    await first.screenshot({ path: `${SCREENSHOTS}chat.png` });
  });

  test('whoever closes the page is gone from the view of the others', async () => {
    const third = await openPage(PHONE);
    const id = await ownId(third);
    await first.waitForFunction((bodyId) => window.sampleGame!.bodies.some((body) => body.id === bodyId), id);
    await third.context().close();
    await first.waitForFunction((bodyId) => !window.sampleGame!.bodies.some((body) => body.id === bodyId), id);
  });

  test('what is gathered is in the own pack and in no other', async () => {
    const own = bodyOf(await bodiesOf(first), await ownId(first));
    const resources = await first.evaluate(() => window.sampleGame!.resources);
    const awayM = ({ x, y }: Place): number => Math.hypot(x - own.x, y - own.y);
    const ripe = resources
      .filter(({ left, floor }) => left === 3 && floor === own.floor)
      .filter((to) => isClear(own, to));
    const nearest = ripe.reduce((best, other) => (awayM(other) < awayM(best) ? other : best));
    await walk(first, own.floor, nearest, 1.2);
    await first.keyboard.press('e');
    await first.waitForFunction(() => Object.keys(window.sampleGame!.pack).length > 0);
    expect(await second.evaluate(() => window.sampleGame!.pack)).toEqual({});
  });

  test('whoever enters the cave is out of view of those on the land', async () => {
    const id = await ownId(first);
    for (const point of PATHS[0].slice(1, -1)) await walk(first, Space.Land, point, 1.5);
    await walk(first, Space.Land, DOORS[0], 0);
    await second.waitForFunction((bodyId) => !window.sampleGame!.bodies.some((body) => body.id === bodyId), id);
    await walk(first, Space.Cave, { x: 34, y: 22 }, 2);
    expect((await bodiesOf(first)).every(({ floor }) => floor === Space.Cave)).toBe(true);
    await drawnFrames(first, 10);
    await first.screenshot({ path: `${SCREENSHOTS}cave.png` });
  });

  test('nothing on the page failed', async () => {
    expect(pageErrors).toEqual([]);
  });

  const pageErrors: string[] = [];

  /** A page of a browser of its own: it remembers nothing. Settles when it is live and knows its own body. */
  async function openPage(viewport: { width: number; height: number }): Promise<Page> {
    const context = await browser.newContext({ viewport });
    const page = await context.newPage();
    page.on('pageerror', (error) => pageErrors.push(String(error.stack)));
    page.on('console', (message) => {
      if (message.type() === 'error') pageErrors.push(message.text());
    });
    await page.goto(`${game.address}/${QUERY}`);
    await page.waitForFunction(
      () =>
        window.sampleGame?.state === 'live' &&
        window.sampleGame.ownBodyId !== null &&
        window.sampleGame.bodies.length > 3,
    );
    return page;
  }
});

function bodiesOf(page: Page): Promise<readonly DebugBody[]> {
  return page.evaluate(() => window.sampleGame!.bodies);
}

async function ownId(page: Page): Promise<string> {
  return (await page.evaluate(() => window.sampleGame!.ownBodyId))!;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Whether `walk` gets from one point to another without standing before a trunk. */
function isClear(from: DebugBody, to: Place): boolean {
  let { x, y } = from;
  while (Math.hypot(to.x - x, to.y - y) > 1) {
    x += Math.max(-0.1, Math.min(0.1, to.x - x));
    y += Math.max(-0.1, Math.min(0.1, to.y - y));
    if (!isWalkable(from.floor, x, y)) return false;
  }
  return true;
}

/** Holds keys until the own body is within reach of a point, or took a door on the way. */
async function walk(page: Page, space: number, to: Place, reachM: number): Promise<void> {
  const held = new Set<string>();
  const hold = async (wanted: readonly string[]): Promise<void> => {
    for (const key of 'wasd') {
      if (wanted.includes(key) === held.has(key)) continue;
      if (held.delete(key)) await page.keyboard.up(key);
      else await page.keyboard.down(held.add(key) && key);
    }
  };
  for (;;) {
    const at = await page.evaluate(() => {
      const { bodies, ownBodyId, space: ownSpace, framesDrawn } = window.sampleGame!;
      const { x, y } = bodies.find(({ id }) => id === ownBodyId)!;
      return { x, y, space: ownSpace, framesDrawn };
    });
    const east = to.x - at.x;
    const north = to.y - at.y;
    if (at.space !== space || Math.hypot(east, north) <= reachM) break;
    const slackM = reachM / 3;
    await hold([
      ...(east > slackM ? ['d'] : east < -slackM ? ['a'] : []),
      ...(north > slackM ? ['w'] : north < -slackM ? ['s'] : []),
    ]);
    await page.waitForFunction((frames) => window.sampleGame!.framesDrawn > frames, at.framesDrawn);
  }
  await hold([]);
}

function bodyOf(bodies: readonly DebugBody[], id: string): DebugBody {
  return bodies.find((body) => body.id === id)!;
}

async function drawnFrames(page: Page, count: number): Promise<void> {
  const drawn = await page.evaluate(() => window.sampleGame!.framesDrawn);
  await page.waitForFunction((frames) => window.sampleGame!.framesDrawn >= frames, drawn + count);
}
