import { expect, test } from 'vitest';
import { TickScene } from './testing/tick-scene.ts';

/** Without what is the same in every tick. */
const steps = (scene: TickScene): string[] =>
  scene.noted.splice(0).filter((line) => !/^(begin|seal|log|diffs \d+|sections|flush)\b/.test(line));

function withAnnAndBob(tickRate: number): TickScene {
  const scene = new TickScene({}, tickRate);
  scene.specify(`
    connect ann
    connect bob
    ${tickRate === 0 ? 'wake' : 'tick'}
  `);
  scene.noted.length = 0;
  return scene;
}

for (const [tickRate, step] of [
  [20, 'tick'],
  [0, 'wake'],
] as const) {
  test(`while the disk is full calls are refused, clients turned away, and what only reads goes on (rate ${tickRate})`, () => {
    const scene = withAnnAndBob(tickRate);
    scene.specify(`
      disk      full
      expect writes pause
      call      ann a1
      subscribe ann 7
      query     bob 9 purse
      resume    bob 41
      connect   cid
      subscribe cid 8
      timer     heal 4000000
      ${step}
    `);
    const told = steps(scene);
    expect(told.toSorted()).toEqual([
      'diffs query purse by 61',
      'diffs resume 61 from 41',
      'diffs subscribe 7 by 60',
      'tell ann callRefused 500 DISK_FULL',
      'tell bob resumed',
      'tell bob rows 9 purse 2',
      'tell cid turnedAway DISK_FULL',
    ]);
    scene.specify('disk roomy');
    expect(scene.noted.splice(0)).toEqual(['writes go on']);
    scene.specify(`
      call ann a2
      ${step}
    `);
    const systems = tickRate === 0 ? [] : ['system 0', 'system 1'];
    expect(steps(scene).toSorted()).toEqual(
      ['run a2 for ann', ...systems, 'tell ann result 501 committed', 'timer heal'].toSorted(),
    );
  });

  test(`a disconnect waits for room, and comes before what is asked then (rate ${tickRate})`, () => {
    const scene = withAnnAndBob(tickRate);
    scene.specify(`
      disk       full
      disconnect ann
      ${step}
      call       bob b1
      ${step}
    `);
    expect(steps(scene)).toEqual(['writes pause', 'tell bob callRefused 500 DISK_FULL']);
    expect(scene.inbox.waitingCount).toBe(0);
    scene.specify(`
      call bob b2
      disk roomy
    `);
    expect(scene.inbox.waitingCount).toBe(2);
    scene.specify(step);
    expect(steps(scene).filter((line) => !line.startsWith('system'))).toEqual(
      tickRate === 0
        ? [
            'writes go on',
            'hook clientDisconnected for ann',
            'diffs remove 60',
            'tell ann disconnected',
            'forget ann',
            'run b2 for bob',
            'tell bob result 501 committed',
          ]
        : [
            'writes go on',
            'hook clientDisconnected for ann',
            'run b2 for bob',
            'diffs remove 60',
            'tell ann disconnected',
            'tell bob result 501 committed',
            'forget ann',
          ],
    );
  });
}

test('ticks go on while the disk is full; systems miss their turns, and one that had missed its turn before comes first', () => {
  const scene = new TickScene({ tickMsMax: 100 });
  scene.specify(`
    system 0 takes 150
    tick
    disk full
    tick
    tick
    disk roomy
    tick
  `);
  expect(scene.noted.filter((line) => /^(begin|system)/.test(line))).toEqual([
    'begin 101 at 5000000',
    'system 0',
    'begin 102 at 5150000',
    'begin 103 at 5150001',
    'begin 104 at 5150002',
    'system 1',
    'system 0',
  ]);
});

test('at rate 0 a timer that is due does not keep the loop awake while the disk is full', () => {
  const scene = withAnnAndBob(0);
  scene.specify(`
    timer heal 4000000
    disk  full
    wake
  `);
  expect([steps(scene), scene.hasMore]).toEqual([['writes pause'], false]);
  scene.specify(`
    disk roomy
    wake
  `);
  expect(steps(scene)).toEqual(['writes go on', 'timer heal']);
});

test('calls that wait by hundreds when the disk is found full are all refused in the same tick, and reads behind them are answered', () => {
  const scene = withAnnAndBob(20);
  for (let i = 0; i < 700; i++) scene.specify('call ann pay');
  scene.specify(`
    subscribe ann 7
    disk full
    tick
  `);
  const told = steps(scene);
  expect(told.filter((line) => line.endsWith('DISK_FULL'))).toHaveLength(700);
  expect(told.at(-1)).toBe('diffs subscribe 7 by 60');
  expect(scene.inbox.waitingCount).toBe(0);
});
