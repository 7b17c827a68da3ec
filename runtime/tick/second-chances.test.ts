import { expect, test } from 'vitest';
import { TickScene } from './testing/tick-scene.ts';

const RAN = /^(run|hook|timer|system|recover|tell) /;
const LIMITS = { callMsMax: 500, tickMsMax: 100 };

function ran(scene: TickScene): string[] {
  return scene.noted.splice(0).filter((line) => RAN.test(line) && !/^system [01]$/.test(line));
}

test('a call that was stopped without having had a processor runs again in the next tick, once', () => {
  const scene = new TickScene(LIMITS);
  scene.specify(`
    connect ann
    connect bob
    tick
    cpu     none
    call    ann a1 hangs
    call    ann a2
    call    bob b1
  `);
  scene.noted.length = 0;
  scene.specify('tick');
  expect(ran(scene)).toEqual(['run a1 for ann', 'recover 500 again']);
  scene.specify('tick');
  expect(ran(scene)).toEqual(['run a1 for ann', 'recover 500', 'tell ann result 500 stopped']);
  scene.specify('tick');
  expect(ran(scene)).toEqual([
    'run b1 for bob',
    'run a2 for ann',
    'tell bob result 502 committed',
    'tell ann result 501 committed',
  ]);
});

test('one that had a processor is stopped at once', () => {
  const scene = new TickScene(LIMITS);
  scene.specify(`
    connect ann
    tick
    cpu     all
    call    ann a1 hangs
  `);
  scene.noted.length = 0;
  scene.specify('tick');
  expect(ran(scene)).toEqual(['run a1 for ann', 'recover 500', 'tell ann result 500 stopped']);
});

test('a call that had committed when its visit was ended does not run again', () => {
  const scene = new TickScene(LIMITS);
  scene.specify(`
    connect ann
    tick
    cpu     none
    call    ann a1 hangs behind 3:8
  `);
  scene.noted.length = 0;
  scene.specify(`
    tick
    tick
  `);
  expect(ran(scene)).toEqual(['run a1 for ann', 'recover 500', 'tell ann result 500 committed']);
});

test('a hook runs again with its client', () => {
  const scene = new TickScene(LIMITS);
  scene.specify(`
    cpu     none
    throws  clientConnected hangs
    connect ann
    tick
    tick
  `);
  expect(ran(scene)).toEqual([
    'hook clientConnected for ann',
    'recover 500 again',
    'hook clientConnected for ann',
    'recover 500',
    'tell ann refused',
  ]);
});

test('a system runs again before the others, once', () => {
  const scene = new TickScene(LIMITS);
  scene.specify(`
    cpu    none
    system 0 hangs
    tick
    tick
    system 0 hangs
    tick
    system 0 hangs
    tick
    tick
  `);
  expect(
    scene.noted.filter((line) => /^(begin|system|recover)/.test(line)).map((line) => line.split(' at')[0]),
  ).toEqual([
    'begin 101',
    'system 0',
    'recover 500 again',
    'begin 102',
    'system 0',
    'system 1',
    'begin 103',
    'system 0',
    'recover 500 again',
    'begin 104',
    'system 0',
    'recover 500',
    'begin 105',
    'system 1',
    'system 0',
  ]);
});

test('at rate 0 a call runs again in the next wake-up', () => {
  const scene = new TickScene(LIMITS, 0);
  scene.specify(`
    connect ann
    wake
    cpu     none
    call    ann a1 hangs
  `);
  scene.noted.length = 0;
  scene.specify('wake');
  expect([ran(scene), scene.hasMore]).toEqual([['run a1 for ann', 'recover 500 again'], true]);
  scene.specify('wake');
  expect([ran(scene), scene.hasMore]).toEqual([
    ['run a1 for ann', 'recover 500', 'tell ann result 500 stopped'],
    false,
  ]);
});
