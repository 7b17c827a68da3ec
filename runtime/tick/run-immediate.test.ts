import { expect, test } from 'vitest';
import { HANG, TickScene } from './testing/tick-scene.ts';

const immediate = (limits = {}): TickScene => new TickScene(limits, 0);

test('every call is a commit of its own, and all of them leave in one flush', () => {
  immediate().specify(`
    connect   ann
    call      ann pay
    subscribe ann 7
    wake
    expect begin 101 at 5000000
    expect hook clientConnected for ann
    expect tell ann connected
    expect seal
    expect log 101
    expect diffs 101
    expect sections 101

    expect begin 102 at 5000001
    expect run pay for ann
    expect tell ann result 500 committed
    expect seal
    expect log 102
    expect diffs 102
    expect sections 102

    expect begin 103 at 5000002
    expect seal
    expect log 103
    expect diffs 103
    expect diffs subscribe 7 by 60
    expect sections 103
    expect flush
  `);
});

test('what a call wrote is passed over while nobody watches anything', () => {
  const scene = immediate();
  scene.specify(`
    connect  ann
    wake
    call     ann pay writes 3:41
    wake
    watchers none
    call     ann pay writes 3:42
    wake
    watchers some
    call     ann pay writes 3:43
    wake
  `);
  expect(scene.noted.filter((line) => line.startsWith('own'))).toEqual(['own 60 3,41 (1)', 'own 60 3,43 (1)']);
});

test('timers and clients take turns, and a timer that is not due yet does not run', () => {
  const scene = immediate();
  scene.specify(`
    connect ann
    wake
  `);
  scene.noted.length = 0;
  scene.specify(`
    timer   first  4000000
    timer   second 4000007
    timer   later  6000000
    call    ann a1
    call    ann a2
    call    ann a3
    wake
  `);
  const ran = scene.noted.filter((line) => line.startsWith('run ') || line.startsWith('timer '));
  expect(ran).toEqual(['timer first', 'run a1 for ann', 'timer second', 'run a2 for ann', 'run a3 for ann']);
  expect(scene.noted.filter((line) => line === 'flush')).toHaveLength(1);
  expect(scene.noted.filter((line) => line === 'seal')).toHaveLength(5);
  expect(scene.hasMore).toBe(false);
});

test('a wake-up ends after its time and tells that something is left', () => {
  const scene = immediate({ wakeMsMax: 0 });
  scene.specify(`
    connect ann
    call    ann a1
    wake
  `);
  expect(scene.hasMore).toBe(true);
  expect(scene.noted).not.toContain('run a1 for ann');
  scene.specify('wake');
  expect(scene.hasMore).toBe(false);
  expect(scene.noted).toContain('run a1 for ann');
});

/** Whose calls a wake-up runs, in order, when two clients have sent a message of calls each. */
function turnsOf(takes: string): string {
  const scene = immediate({ wakeMsMax: 1_000 });
  scene.specify(`
    connect ann
    connect bob
    wake
    calls   ann a 20 ${takes}
    calls   bob b 12 ${takes}
    wake
  `);
  const ran = scene.noted.filter((line) => line.startsWith('run '));
  return ran.map((line) => line.at(4)).join('');
}

test('quick calls of one message follow one another, up to eight in a turn; of long ones each client has one at a time', () => {
  expect(turnsOf('takes 0')).toBe(`a${'b'.repeat(7)}${'a'.repeat(8)}${'b'.repeat(5)}${'a'.repeat(11)}`);
  expect(turnsOf('takes 7')).toBe(`${'ab'.repeat(12)}${'a'.repeat(8)}`);
});

test('the limit of a visit leaves room for as many of the longest calls as may run between two looks at the clock', () => {
  const limits: number[] = [];
  for (const callMsMax of [200, 3_000]) {
    const scene = immediate({ callMsMax, wakeMsMax: 8 });
    const { run } = scene.desk.guard;
    scene.desk.guard.run = (body, limitMs) => {
      limits.push(limitMs);
      return run(body, limitMs);
    };
    scene.specify(`
      calls ann a 9
      wake
    `);
  }
  expect(limits).toEqual([1_008, 6_008]);
});

const OUTCOME = /^(run|timer|recover|tell) /;

for (const [how, others] of [
  ['alone', 1],
  ['together with many', 7],
] as const) {
  test(`a call that does not return is stopped when it runs ${how}, and the rest runs in this wake-up or the next`, () => {
    const scene = immediate({ callMsMax: 500 });
    scene.specify(`
      connect ann
      wake
    `);
    scene.noted.length = 0;
    const names = Array.from({ length: others }, (_, i) => `a${i}`);
    scene.specify(`
      call ann spin hangs
      ${names.map((name) => `call ann ${name}`).join('\n')}
      wake
      wake
    `);
    expect(scene.noted.filter((line) => OUTCOME.test(line))).toEqual([
      'run spin for ann',
      'recover 500',
      'tell ann result 500 stopped',
      ...names.flatMap((name, i) => [`run ${name} for ann`, `tell ann result ${501 + i} committed`]),
    ]);
    const seals = scene.noted.filter((line) => line === 'seal').length;
    expect(seals).toBe(1 + others);
  });
}

test('a stop that hits the server itself is a fault', () => {
  const scene = immediate();
  scene.specify(`
    connect ann
    wake
  `);
  Object.assign(scene.ports.commitLog, {
    append: () => {
      throw HANG;
    },
  });
  expect(() =>
    scene.specify(`
      call ann a1
      call ann a2
      call ann a3
      call ann a4
      wake
    `),
  ).toThrow(/STOPPED_IN_SERVER/);
});
