import { describe, expect, test } from 'vitest';
import { schema } from '../module/schema.ts';
import { expectMistake } from '../testing/expect-mistake.ts';
import { t } from '../types/t.ts';
import { derivePlan } from './derive-plan.ts';

const ran: string[] = [];
const game = schema({});
const caller = (subject: string | null): never =>
  ({ senderAuth: { isInternal: subject === null, jwt: subject === null ? null : { subject } } }) as never;

const inner = game.reducer(
  { allow: (ctx) => ctx.senderAuth.jwt?.subject === 'ann' },
  { gold: t.u8() },
  (_ctx, { gold }) => {
    ran.push(`inner ${gold}`);
  },
);
const outer = game.reducer((ctx) => inner(ctx, { gold: 3 }));
const loose = game.reducer({ allow: () => Promise.resolve(true) as never }, () => void ran.push('loose'));
const { functions, plan } = derivePlan({ default: game, inner, outer, loose });

function run(name: string, subject: string | null): string {
  ran.length = 0;
  try {
    functions.reducers[plan.reducers.findIndex((reducer) => reducer.name === name)]!(caller(subject), { gold: 7 });
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return ran.join();
}

const derive = (allow: unknown): unknown => {
  const other = schema({});
  const go = other.reducer({ name: 'go', allow: allow as never }, () => {});
  return derivePlan({ default: other, go });
};

describe('allow', () => {
  test('lets in whom it returns true for, and refuses all others before the reducer runs', () => {
    expect(run('inner', 'ann')).toBe('inner 7');
    expect(run('inner', 'bob')).toBe('SenderError: you may not call inner');
    expect(ran).toEqual([]);
  });

  test('is not asked when the server or another function of the module calls', () => {
    expect(run('inner', null)).toBe('inner 7');
    expect(run('outer', 'bob')).toBe('inner 3');
  });

  test('lets nobody in by what is merely truthy', () => {
    expect(run('loose', 'ann')).toBe('SenderError: you may not call loose');
  });

  test('is a function that awaits nothing', () => {
    expectMistake('FUNCTION_ASYNC', () => derive(async () => true));
    expectMistake('FUNCTION_INVALID', () => derive('ann'));
  });
});
