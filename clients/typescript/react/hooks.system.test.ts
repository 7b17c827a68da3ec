import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isChromiumHere, launchChromium, needsChromium } from '../../../test/support/chromium.ts';
import { hookScenarios } from './testing/hook-scenarios.ts';

/** React's development build: StrictMode mounts everything twice there, and React says what it thinks wrong. */
const PAGE = `
  import { hookScenarios } from './testing/hook-scenarios.ts';
  globalThis.IS_REACT_ACT_ENVIRONMENT = true;
  globalThis.runScenario = (title) => hookScenarios[title]();
`;

describe.skipIf(!isChromiumHere)(needsChromium('hooks in a browser'), () => {
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    const { outputFiles } = await build({
      stdin: { contents: PAGE, resolveDir: import.meta.dirname, loader: 'ts' },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      conditions: ['tickbase-source'],
      define: { 'process.env.NODE_ENV': '"development"' },
      sourcemap: 'inline',
      logLevel: 'error',
    });
    browser = await launchChromium();
    page = await browser.newPage();
    page.on('pageerror', (error) => complaints.push(String(error.stack)));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    await page.addScriptTag({ content: outputFiles[0]!.text, type: 'module' });
    await page.waitForFunction(() => 'runScenario' in globalThis);
  });

  afterAll(() => browser?.close());

  test.each(Object.keys(hookScenarios))('%s', async (title) => {
    await page.evaluate((name) => (globalThis as unknown as ScenarioPage).runScenario(name), title);
    expect(complaints.splice(0)).toEqual([]);
  });
});

interface ScenarioPage {
  runScenario(title: string): Promise<void>;
}
