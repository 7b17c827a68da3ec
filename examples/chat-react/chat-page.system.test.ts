import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isChromiumHere, launchChromium, needsChromium } from '../../test/support/chromium.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SCREENSHOTS = join(ROOT, '.cache/screenshots');
const CHAT = import.meta.dirname;

test('the committed bindings are what tickbase generate writes for the module', async () => {
  const outDir = await mkdtemp(join(tmpdir(), 'chat-bindings-'));
  const flags = ['--lang', 'typescript', '--module-path', CHAT, '--out-dir', outDir, '--import-extension', 'ts'];
  await promisify(execFile)(process.execPath, [join(ROOT, 'runtime/bin/tickbase.js'), 'generate', ...flags]);
  expect(await filesOf(join(CHAT, 'module_bindings'))).toEqual(await filesOf(outDir));
  await rm(outDir, { recursive: true });
});

describe.skipIf(!isChromiumHere)(needsChromium('the chat in two browsers'), () => {
  let dataDir: string;
  let server: ChildProcess;
  let address: string;
  let browser: Browser;
  let ann: Page;
  let bob: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    dataDir = await mkdtemp(join(tmpdir(), 'chat-react-'));
    server = spawn('npm', ['run', '-s', 'example:chat', '--', '--port', '0'], {
      cwd: ROOT,
      env: { ...process.env, TICKBASE_DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    address = await new Promise((resolve) => {
      let said = '';
      server.stdout!.on('data', (text) => {
        said += String(text);
        const found = /at (http:\S+)/.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      });
    });
    browser = await launchChromium();
    ann = await open(await browser.newContext({ viewport: { width: 900, height: 600 } }));
    bob = await open(await browser.newContext({ viewport: { width: 390, height: 700 }, colorScheme: 'dark' }));
  });

  afterAll(async () => {
    await browser?.close();
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
    await rm(dataDir, { recursive: true, force: true });
  });

  async function open(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    page.setDefaultTimeout(90_000);
    page.on('pageerror', (error) => problems.push(String(error.stack)));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(address);
    await page.waitForSelector('#own-name');
    return page;
  }

  test('each sees the other come, and who has no name yet is told apart', async () => {
    await reads(ann, 'h2', '2 here');
    const names = await ann.locator('#people li').allTextContents();
    expect(names).toEqual([
      expect.stringMatching(/^Gguest [0-9a-f]{4}$/),
      expect.stringMatching(/^Gguest [0-9a-f]{4}$/),
    ]);
    expect(new Set(names).size).toBe(2);
  });

  test('both read the names that they give themselves', async () => {
    await callOneself(ann, 'Ann');
    await callOneself(bob, 'Bob');
    for (const page of [ann, bob]) {
      await reads(page, '#people', 'Ann');
      await reads(page, '#people', 'Bob');
    }
  });

  test('a name that the server refuses is told in words', async () => {
    await bob.click('#own-name');
    await bob.fill('#name', '  ');
    await bob.keyboard.press('Enter');
    await reads(bob, '[role=alert]', 'a name has letters');
    await bob.fill('#name', 'Bob');
    await bob.keyboard.press('Enter');
    await reads(bob, '#own-name', 'Bob');
  });

  test('who writes is seen to write, and what is sent is read by both', async () => {
    await bob.fill('#text', 'Is there any tea left?');
    await reads(ann, '#typing', 'Bob is writing');
    expect(await bob.textContent('#typing')).toBe('');
    await bob.keyboard.press('Enter');
    await reads(ann, '#messages', 'Is there any tea left?');
    await ann.waitForFunction(() => document.querySelector('#typing')!.textContent === '');
    for (const text of ['A whole pot.', 'Come over!']) {
      await ann.fill('#text', text);
      await ann.keyboard.press('Enter');
      await reads(bob, '#messages', text);
    }
    expect(await ann.locator('#messages li').allTextContents()).toEqual([
      expect.stringMatching(/^BBob .*Is there any tea left\?$/),
      expect.stringMatching(/^AYou .*A whole pot\.$/),
      'Come over!',
    ]);
    await ann.screenshot({ path: join(SCREENSHOTS, 'chat.png') });
    await bob.screenshot({ path: join(SCREENSHOTS, 'chat-phone.png') });
  });

  test('a reload is the same person, and whoever closes the page has gone', async () => {
    await bob.reload();
    await reads(bob, '#own-name', 'Bob');
    await reads(bob, '#messages', 'Come over!');
    await bob.context().close();
    await reads(ann, '#news', 'Bob has gone');
    await reads(ann, 'h2', '1 here');
    expect(await ann.locator('#people li.away').allTextContents()).toEqual(['BBob']);
  });

  test('nothing on the pages failed', () => {
    expect(problems).toEqual([]);
  });
});

async function callOneself(page: Page, name: string): Promise<void> {
  await page.click('#own-name');
  await page.fill('#name', name);
  await page.keyboard.press('Enter');
  await reads(page, '#own-name', name);
}

async function reads(page: Page, selector: string, text: string): Promise<void> {
  await page.waitForFunction(isThere, [selector, text] as const);
}

/** In the page. */
function isThere([selector, text]: readonly [string, string]): boolean {
  return document.querySelector(selector)?.textContent.includes(text) ?? false;
}

async function filesOf(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const name of (await readdir(folder)).toSorted()) files[name] = await readFile(join(folder, name), 'utf8');
  return files;
}
