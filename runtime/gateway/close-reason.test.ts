import { expect, test } from 'vitest';
import { closeReason } from './close-reason.ts';

test('a short reason stays as it is', () => {
  expect(closeReason('SLOW', '5 MB wait in the send buffer')).toBe('SLOW: 5 MB wait in the send buffer');
  expect(closeReason('SLOW', '')).toBe('SLOW');
});

test('a long reason is cut at a character, never inside one', () => {
  for (const letter of ['a', 'é', '漢', '🜁']) {
    const reason = closeReason('REFUSED', letter.repeat(200));
    const bytes = Buffer.byteLength(reason);
    expect(bytes).toBeLessThanOrEqual(123);
    expect(bytes).toBeGreaterThan(119);
    expect(reason.replaceAll(letter, '')).toBe('REFUSED: ');
  }
});

test('a lone surrogate does not reach the wire', () => {
  expect(closeReason('REFUSED', 'a\uD800b')).toBe('REFUSED: a\uFFFDb');
});
