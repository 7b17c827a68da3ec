import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const EXECUTABLE = '/usr/bin/chromium';

/** Browser tests need Debian's Chromium. */
export const isChromiumHere = existsSync(EXECUTABLE);

/** A title for tests that need Chromium: where it is missing, it says what to do. */
export function needsChromium(title: string): string {
  return isChromiumHere ? title : `${title} (needs ${EXECUTABLE}: npm run setup:system)`;
}

/** A headless Chromium that asks nobody outside for anything, and draws without a graphics card. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
