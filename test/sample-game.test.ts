import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EMPTY_HANDS, Item, Kind } from '../sample-game/src/rules.ts';
import { CHUNK_M, DOORS, PATHS, Space } from '../sample-game/src/terrain/places.ts';
import { isChromiumHere, launchChromium, needsChromium } from './support/chromium.ts';
import { coveredPanels } from './support/covered-panels.ts';
import { GamePage, keysFor } from './support/game-page.ts';
import { isPortOpen, npmStart, npmStartToEnd, type StartedGame } from './support/npm-start.ts';
import { openDirection } from './support/way-map.ts';

const SCREENSHOTS = fileURLToPath(new URL('../.cache/screenshots/', import.meta.url));
/** Enough for a crowd round the camp's fire. */
const BOT_COUNT = 40;
/** Few pixels and few frames: the graphics are drawn by the processor, and other tests' servers tick beside them. */
const VIEWPORT = { width: 640, height: 400 };
const QUERY = '?fps=8';
/** On a machine that does other work, too. */
const WAIT_MS_MAX = 90_000;
const PHONE = { width: 360, height: 640 };
/** On a path, where nothing hinders a fire. */
const CLEAR_GROUND = PATHS[0][1];
/** How far outside its cell a row may stand, in cells. */
const CELL_SLACK = 1 / 16;
const SCREENS = [
  [360, 640],
  [640, 400],
  [1280, 800],
  [1920, 1080],
] as const;

/** An item's place in the pack, once a press there does something. */
const usable = (item: number): string => `#pack button[data-item="${item}"][aria-disabled="false"]`;

test('an unknown flag ends npm start with status 2 and the usage', async () => {
  const { status, output } = await npmStartToEnd(['--prot', '3001']);
  expect(status).toBe(2);
  expect(output).toContain('CLI_FLAG_UNKNOWN: there is no flag --prot');
  expect(output).toContain('did you mean --port?');
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
  let first: GamePage;
  let second: GamePage;
  let third: GamePage;

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    game = await npmStart(['--port', '0', '--bots', String(BOT_COUNT)], BOT_COUNT);
    process.stdout.write(`the world's seed: GAME_SEED=${game.seed} makes the like of it again\n`);
    browser = await launchChromium();
    first = await openPage(VIEWPORT);
    await first.shoot(`${SCREENSHOTS}crowd.png`);
    second = await openPage(PHONE);
  });

  afterAll(async () => {
    await browser?.close();
    await game?.stop();
  });

  test('the page goes live, shows bots and beasts, and they move', async () => {
    const before = await first.get('bodies');
    expect(before.filter(({ kind }) => kind === Kind.Wanderer).length).toBeGreaterThan(1);
    expect(before.some(({ kind }) => kind !== Kind.Wanderer)).toBe(true);
    const own = await first.ownId();
    await first.page.waitForFunction(
      ([known, ownBodyId]) => {
        const moved = window.sampleGame!.bodies.filter(({ id, x, y }) => {
          const body = known.find((other) => other.id === id);
          return body !== undefined && id !== ownBodyId && Math.hypot(x - body.x, y - body.y) > 0.5;
        });
        return moved.length >= 3;
      },
      [before, own] as const,
    );
  });

  test('a held key moves the own body, and a second page sees it move', async () => {
    const id = await first.ownId();
    await second.sees(id, true);
    const start = await second.body(id);
    const way = openDirection(Space.Land, start, 3);
    const key = keysFor(way)[0]!;
    await first.page.keyboard.down(key);
    await second.seesMove(id, start, way);
    await first.page.keyboard.up(key);
    const end = await first.own();
    expect((end.x - start.x) * way.x + (end.y - start.y) * way.y).toBeGreaterThan(0.5);
  });

  test('a finger drawn over the land walks, and buttons open the panels', async () => {
    const { page } = second;
    const before = await second.own();
    const finger = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: { x: number; y: number }[]) =>
      finger.send('Input.dispatchTouchEvent', { type, touchPoints });
    const way = openDirection(Space.Land, before, 3);
    await touch('touchStart', [{ x: 150, y: 300 }]);
    await touch('touchMove', [{ x: 150 + 80 * way.x, y: 300 - 80 * way.y }]);
    await second.seesMove(before.id, before, way);
    await touch('touchEnd', []);
    await page.tap('#open-chat');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('text');
    await page.keyboard.press('Escape');
    await page.tap('#open-craft');
    expect(await page.isVisible('#craft')).toBe(true);
    await page.tap('#close-craft');
    expect(await page.isVisible('#craft')).toBe(false);
    await second.framesPass(10);
    await page.screenshot({ path: `${SCREENSHOTS}phone.png` });
  });

  test('the small map shows the cells that are received: all that is seen stands in one of them', async () => {
    const { page } = first;
    const { cells, bodies, caption } = await page.evaluate(() => {
      const { cells, bodies } = window.sampleGame!;
      return { cells: [...cells], bodies: [...bodies], caption: document.querySelector('#map p')!.textContent };
    });
    const strays = bodies.filter(
      ({ floor, x, y }) =>
        !cells.some(
          (cell) =>
            cell.space === floor &&
            Math.abs(x / CHUNK_M - cell.cellX - 0.5) <= 0.5 + CELL_SLACK &&
            Math.abs(y / CHUNK_M - cell.cellY - 0.5) <= 0.5 + CELL_SLACK,
        ),
    );
    expect(strays).toEqual([]);
    expect(caption).toMatch(/^\d+ cells received$/);
    await page.keyboard.press('m');
    expect(await page.isVisible('#map')).toBe(false);
    await page.keyboard.press('m');
    expect(await page.isVisible('#map')).toBe(true);
  });

  test('a line said in one page is read in another', async () => {
    await first.say('Is anybody here?');
    for (const page of [first, second]) await page.reads(': Is anybody here?');
  });

  test('whoever comes later reads what was said to all', async () => {
    await first.page.keyboard.press('Enter');
    await first.page.click('#reach');
    await first.page.keyboard.press('Escape');
    await first.say('The mushrooms are mine.');
    await second.reads(': The mushrooms are mine.');
    third = await openPage(PHONE, '?fps=1');
    await third.reads(': The mushrooms are mine.');
    expect((await third.get('lines')).some((line) => line.endsWith('Is anybody here?'))).toBe(false);
  });

  test('no panel covers another on any screen, whatever is open', async () => {
    const { page } = third;
    for (const [width, height] of SCREENS) {
      await page.setViewportSize({ width, height });
      const isApart = async (open: string): Promise<void> =>
        expect(await page.evaluate(coveredPanels), `${width}×${height}, ${open}`).toEqual([]);
      await isApart('nothing');
      await page.keyboard.press('c');
      await isApart('crafting');
      await page.click('#state');
      await isApart('crafting and figures');
      await page.keyboard.press('Escape');
      await isApart('figures');
      await page.keyboard.press('Enter');
      await isApart('figures and chat');
      await page.click('#state');
      await isApart('chat');
      await page.keyboard.press('Escape');
    }
  });

  test('whoever closes the page is gone from the view of the others', async () => {
    const id = await third.ownId();
    await first.sees(id, true);
    await third.page.context().close();
    await first.sees(id, false);
  });

  test('what is gathered is in the own pack and in no other', async () => {
    await first.gather(Item.Wood, 3);
    expect(await second.get('pack')).toEqual({});
  });

  test('what is crafted takes what it needs, and a fire is seen by others', async () => {
    const { page } = first;
    await first.walk(Space.Land, CLEAR_GROUND, 1.5);
    const wood = await first.pieces(Item.Wood);
    const fires = (await second.get('fires')).length;
    await page.keyboard.press('c');
    await page.waitForSelector('#recipes button[aria-disabled="false"]');
    await first.shoot(`${SCREENSHOTS}craft.png`);
    await page.keyboard.press('Enter');
    await second.page.waitForFunction((count) => window.sampleGame!.fires.length > count, fires);
    await page.waitForFunction(([item, count]) => (window.sampleGame!.pack[item] ?? 0) === count, [
      Item.Wood,
      wood - 3,
    ] as const);
    await page.keyboard.press('Escape');
    expect(await page.isVisible('#craft')).toBe(false);
    await first.shoot(`${SCREENSHOTS}land.png`);
  });

  test('a key uses what is in the pack, and a refusal is told in words', async () => {
    await first.gather(Item.Berries, 1);
    await first.page.waitForSelector(usable(Item.Berries));
    await first.page.keyboard.press('1');
    await first.reads('you are not hungry');
  });

  test('before the wolves come the page warns, and says what to do', async () => {
    const dusk = await openPage(PHONE, `?fps=1&hour=20`);
    await dusk.reads('Dusk: wolves hunt soon. Stay by a fire (3 wood build one), or hold a torch');
    expect(await dusk.page.textContent('#hint')).toContain('Dusk: wolves hunt soon');
    expect(await dusk.page.textContent('#peril')).toBe('wolves hunt soon');
    expect(await first.page.isVisible('#peril')).toBe(false);
    await dusk.page.context().close();
  });

  test('there is no sound until somebody asks for it', async () => {
    expect(await first.get('isSoundOn')).toBe(false);
    await first.page.click('#sound');
    await first.page.waitForFunction(() => window.sampleGame!.isSoundOn);
    await first.page.keyboard.press('n');
    await first.page.waitForFunction(() => !window.sampleGame!.isSoundOn);
  });

  test('an hour in the address alters what is drawn, and nothing else', async () => {
    const night = await openPage(VIEWPORT, `${QUERY}&hour=23`);
    expect(await night.get('hour')).toBeCloseTo(23);
    expect(await first.get('hour')).not.toBeCloseTo(23);
    expect(await night.page.textContent('#hour')).toContain('23:00');
    expect(await night.page.textContent('#peril')).toContain('stay by a fire');
    await night.reads('Night: wolves hunt. They shun fires, torches and the cave');
    await night.shoot(`${SCREENSHOTS}night.png`);
    for (const [width, height] of SCREENS) {
      await night.page.setViewportSize({ width, height });
      expect(await night.page.evaluate(coveredPanels), `${width}×${height}`).toEqual([]);
    }
    await night.page.context().close();
  });

  test('whoever enters the cave is out of view of those on the land', async () => {
    await first.walk(Space.Land, DOORS[0], 0);
    await second.sees(await first.ownId(), false);
    await first.walk(Space.Cave, { x: 34, y: 22 }, 2);
    expect((await first.get('bodies')).every(({ floor }) => floor === Space.Cave)).toBe(true);
    expect((await first.get('cells')).every(({ space }) => space === Space.Cave)).toBe(true);
    await first.shoot(`${SCREENSHOTS}cave.png`);
  });

  test('what is crafted can be taken in the hand, and put away again', async () => {
    const { page } = first;
    const id = await first.ownId();
    await first.gather(Item.Crystals, 2);
    await page.click('#open-craft');
    await page.click('#recipes button[aria-disabled="false"]:has-text("charm")');
    await page.waitForSelector(usable(Item.Charm));
    await page.keyboard.press('Escape');
    await page.keyboard.press('6');
    await first.seesHeld(id, Item.Charm);
    await page.click(usable(Item.Charm));
    await first.seesHeld(id, EMPTY_HANDS);
  });

  test('nothing on the page failed', async () => {
    expect(pageErrors).toEqual([]);
  });

  const pageErrors: string[] = [];

  /** A page of a browser of its own: it remembers nothing. Settles when it is live, knows its own body, and its panels are drawn. */
  async function openPage(viewport: { width: number; height: number }, query = QUERY): Promise<GamePage> {
    const context = await browser.newContext({ viewport, hasTouch: viewport === PHONE });
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS_MAX);
    page.on('pageerror', (error) => pageErrors.push(String(error.stack)));
    page.on('console', (message) => {
      if (message.type() === 'error') pageErrors.push(message.text());
    });
    await page.goto(`${game.address}/${query}`);
    await page.waitForFunction(
      () =>
        window.sampleGame?.state === 'live' &&
        window.sampleGame.ownBodyId !== null &&
        window.sampleGame.bodies.length > 3 &&
        document.querySelector('#hour')!.textContent !== '',
    );
    return new GamePage(page);
  }
});
