import { expect, test } from 'vitest';
import { ModuleContext } from './module-context.ts';

test('promises that go on for ever are cut off, and later ones run again', () => {
  const context = new ModuleContext('test');
  context.run('var turns = 0; function again() { turns++; return Promise.resolve().then(again); }', 'a.js', 1_000);
  const begin = context.run('() => { again(); }', 'b.js', 1_000) as () => void;
  begin();
  expect(() => context.drain(30)).toThrow(/timed out/);
  const turns = context.run('turns', 'c.js', 1_000) as number;
  expect(turns).toBeGreaterThan(1);
  context.drain(1000);
  expect(context.run('turns', 'd.js', 1_000)).toBe(turns);
});

test('contexts share nothing', () => {
  const one = new ModuleContext('one');
  one.run('globalThis.left = 5; Array.prototype.left = 7;', 'a.js', 1_000);
  const other = new ModuleContext('other');
  expect(other.run('typeof left + typeof [].left', 'a.js', 1_000)).toBe('undefinedundefined');
  expect(([] as unknown as { left: unknown }).left).toBeUndefined();
});
