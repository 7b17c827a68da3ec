import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CLOSE_CODES } from './close-code-table.ts';
import { closeCode, isResumableClose } from './close-codes.ts';

test('codes from 4000 are final, from 4100 resumable, and each is there once', () => {
  for (const { code, isResumable } of CLOSE_CODES) {
    expect(code >= 4000 && code < 4200).toBe(true);
    expect(isResumable).toBe(code >= 4100);
  }
  expect(new Set(CLOSE_CODES.map((entry) => entry.code)).size).toBe(CLOSE_CODES.length);
  expect(new Set(CLOSE_CODES.map((entry) => entry.name)).size).toBe(CLOSE_CODES.length);
});

test('a client knows from the code alone whether to come back', () => {
  expect(isResumableClose(closeCode('BAD_TOKEN'))).toBe(false);
  expect(isResumableClose(4055)).toBe(false);
  expect(isResumableClose(closeCode('SLOW'))).toBe(true);
  expect(isResumableClose(1006)).toBe(true);
});

test('WIRE.md has the same table', () => {
  const text = readFileSync(new URL('WIRE.md', import.meta.url), 'utf8');
  for (const { code, name, what } of CLOSE_CODES) expect(text).toContain(`| ${code} | ${name} | ${what} |`);
});
