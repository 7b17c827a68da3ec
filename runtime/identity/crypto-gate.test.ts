import { expect, test } from 'vitest';
import { CryptoGate } from './crypto-gate.ts';

test('so many run at once, the others in their order, and who comes when the queue is full is turned away', async () => {
  const gate = new CryptoGate(2, 3);
  const ends = new Map<string, () => void>();
  const begun: string[] = [];
  const run = (name: string): Promise<string | null> =>
    gate.run(() => {
      begun.push(name);
      return new Promise((resolve) => ends.set(name, () => resolve(name)));
    });
  const all = ['a', 'b', 'c', 'd', 'e', 'f'].map(run);
  expect(begun).toEqual(['a', 'b']);
  expect(await all[5]).toBeNull();
  ends.get('b')!();
  expect(await all[1]).toBe('b');
  expect(begun).toEqual(['a', 'b', 'c']);
  for (const name of ['a', 'c', 'd', 'e']) {
    while (!ends.has(name)) await Promise.resolve();
    ends.get(name)!();
  }
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd', 'e', null]);
  expect(gate.waitingCount).toBe(0);
});

test('work that fails makes room like any other', async () => {
  const gate = new CryptoGate(1, 1);
  const fail = gate.run(() => Promise.reject(new Error('no')));
  const next = gate.run(() => Promise.resolve('next'));
  await expect(fail).rejects.toThrow('no');
  expect(await next).toBe('next');
  expect(await gate.run(() => Promise.resolve('last'))).toBe('last');
});
