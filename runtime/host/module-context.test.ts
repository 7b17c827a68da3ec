import { expect, test } from 'vitest';
import { ModuleContext } from './module-context.ts';

test('a visit that takes too long is ended without catch and finally, and the next one runs', () => {
  const context = new ModuleContext('test');
  const left = { caught: 0, ended: 0 };
  const guarded = (): void => {
    try {
      for (;;);
    } catch {
      left.caught++;
    } finally {
      left.ended++;
    }
  };
  expect(context.enter(guarded, 20)).toBe(false);
  expect(context.enter(() => left.ended--, 20_000)).toBe(true);
  expect(left).toEqual({ caught: 0, ended: -1 });
});

test('what a visit throws passes through as it is', () => {
  const context = new ModuleContext('test');
  const error = new Error('broken');
  expect(() => context.enter(() => fail(error), 20_000)).toThrow(error);
});

test('of visits within visits the limit that comes first ends its own', () => {
  const context = new ModuleContext('test');
  const ends: string[] = [];
  const outer = context.enter(() => {
    ends.push(`inner ${context.enter(hang, 20)}`);
  }, 20_000);
  ends.push(`outer ${outer}`);
  const whole = context.enter(() => {
    ends.push(`inner ${context.enter(hang, 20_000)}`);
  }, 20);
  expect([...ends, `outer ${whole}`]).toEqual(['inner false', 'outer true', 'outer false']);
});

test('promises that go on for ever are cut off, and later ones run again', () => {
  const context = new ModuleContext('test');
  context.run('var turns = 0; function again() { turns++; return Promise.resolve().then(again); }', 'a.js', 1_000);
  const begin = context.run('() => { again(); }', 'b.js', 1_000) as () => void;
  expect(context.enter(begin, 30)).toBe(false);
  const turns = context.run('turns', 'c.js', 1_000) as number;
  expect(turns).toBeGreaterThan(1);
  expect(context.enter(() => {}, 1_000)).toBe(true);
  expect(context.run('turns', 'd.js', 1_000)).toBe(turns);
});

test('module code that calls the door of visits finds nothing behind it', () => {
  const context = new ModuleContext('test');
  let visits = 0;
  const nested = context.run('() => tickbaseVisit()', 'a.js', 1_000) as () => void;
  context.enter(() => {
    visits++;
    nested();
  }, 20_000);
  nested();
  expect(visits).toBe(1);
});

test('contexts share nothing', () => {
  const one = new ModuleContext('one');
  one.run('globalThis.left = 5; Array.prototype.left = 7;', 'a.js', 1_000);
  const other = new ModuleContext('other');
  expect(other.run('typeof left + typeof [].left', 'a.js', 1_000)).toBe('undefinedundefined');
  expect(([] as unknown as { left: unknown }).left).toBeUndefined();
});

function fail(error: Error): never {
  throw error;
}

function hang(): void {
  for (;;);
}
