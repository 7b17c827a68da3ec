import { expect, test } from 'vitest';
import { TickScene } from './testing/tick-scene.ts';

test('a tick runs calls, timers and systems, tells of the calls, seals, logs, builds diffs, then answers and sends', () => {
  new TickScene().specify(`
    connect   ann
    tick
    expect begin 101 at 5000000
    expect hook clientConnected for ann
    expect system 0
    expect system 1
    expect tell ann connected
    expect seal
    expect log 101
    expect diffs 101
    expect sections 101
    expect flush

    subscribe ann 7
    call      ann pay
    timer     heal 4000000
    tick
    expect begin 102 at 5000003
    expect run pay for ann
    expect timer heal
    expect system 0
    expect system 1
    expect tell ann result 500 committed
    expect seal
    expect log 102
    expect diffs 102
    expect diffs subscribe 7 by 60
    expect sections 102
    expect flush
  `);
});

test('a refusal is told with the words of the module, a failure without any, each only to its caller', () => {
  const scene = new TickScene();
  scene.specify(`
    connect   ann
    connect   bob
    tick
  `);
  scene.noted.length = 0;
  scene.specify(`
    call      ann pay refused NOT_ENOUGH_GOLD
    call      bob pay failed  TypeError: secret is undefined
    tick
    expect begin 102 at 5000004
    expect run pay for ann
    expect run pay for bob
    expect system 0
    expect system 1
    expect tell ann result 500 refused NOT_ENOUGH_GOLD
    expect tell bob result 501 failed
    expect seal
    expect log 102
    expect diffs 102
    expect sections 102
    expect flush
  `);
});

test('rows that a committed call wrote go to the diff builder after the record, those of a refused call never', () => {
  const scene = new TickScene();
  scene.specify(`
    connect   ann
    connect   bob
    tick
  `);
  scene.noted.length = 0;
  scene.specify(`
    call      ann step writes 3:41 5:9
    call      bob step refused too far
    call      bob step writes 3:8
    tick
    expect begin 102 at 5000004
    expect run step for ann
    expect run step for bob
    expect run step for bob
    expect system 0
    expect system 1
    expect tell ann result 500 committed
    expect tell bob result 501 refused too far
    expect tell bob result 502 committed
    expect seal
    expect log 102
    expect diffs 102
    expect own 60 3,41,5,9 (2)
    expect own 61 3,8 (1)
    expect sections 102
    expect flush
  `);
});

test('a client that clientConnected refuses is told why, leaves no caller, and its other items do nothing', () => {
  new TickScene().specify(`
    throws    clientConnected refused banned until spring
    connect   ann
    call      ann pay
    subscribe ann 7
    disconnect ann
    tick
    expect begin 101 at 5000000
    expect hook clientConnected for ann
    expect forget ann
    expect tell ann refused banned until spring
    expect system 0
    expect system 1
    expect seal
    expect log 101
    expect diffs 101
    expect sections 101
    expect flush
  `);
});

test('an error inside clientConnected refuses the client without telling what it was', () => {
  new TickScene().specify(`
    throws    clientConnected failed cannot read x of undefined
    connect   ann
    tick
    expect begin 101 at 5000000
    expect hook clientConnected for ann
    expect system 0
    expect system 1
    expect forget ann
    expect tell ann refused
    expect seal
    expect log 101
    expect diffs 101
    expect sections 101
    expect flush
  `);
});

test('a disconnect runs its hook, and what the client asked for in that tick is dropped', () => {
  const scene = new TickScene();
  scene.specify(`
    connect   ann
    tick
  `);
  scene.noted.length = 0;
  scene.specify(`
    throws    clientDisconnected failed whatever
    call      ann step writes 3:41
    subscribe ann 7
    query     ann 9 purse
    disconnect ann
    tick
    expect begin 102 at 5000003
    expect run step for ann
    expect hook clientDisconnected for ann
    expect system 0
    expect system 1
    expect tell ann result 500 committed
    expect diffs remove 60
    expect tell ann disconnected
    expect seal
    expect log 102 closes 0
    expect diffs 102
    expect forget ann
    expect sections 102
    expect flush
  `);
  expect(scene.client('ann')).toMatchObject({ caller: -1, viewer: null, isConnected: false });
});

test('resumes, subscriptions and queries are answered in their order as of the sealed tick', () => {
  const scene = new TickScene();
  scene.specify(`
    connect   ann
    tick
  `);
  scene.noted.length = 0;
  scene.specify(`
    resume      ann 99
    query       ann 9 purse
    query       ann 10 vault   refused TABLE_NOT_PUBLIC
    subscribe   ann 7          refused UNKNOWN_TABLE
    unsubscribe ann 8          refused UNKNOWN_QUERY_SET
    tick
    expect begin 102 at 5000003
    expect system 0
    expect system 1
    expect seal
    expect log 102
    expect diffs 102
    expect diffs resume 60 from 99
    expect tell ann resumed
    expect diffs query purse by 60
    expect tell ann rows 9 purse 2
    expect diffs query vault by 60
    expect tell ann queryRefused 10 TABLE_NOT_PUBLIC because of query vault
    expect diffs subscribe 7 by 60
    expect tell ann subscriptionRefused 7 UNKNOWN_TABLE because of subscribe 7
    expect diffs unsubscribe 8 by 60
    expect tell ann subscriptionRefused 8 UNKNOWN_QUERY_SET because of unsubscribe 8
    expect sections 102
    expect flush
  `);
});

test('a tick takes a bounded number of items, round robin, and leaves the rest to the next', () => {
  const flooded = new TickScene({ callsPerTickMax: 3 });
  flooded.specify(`
    connect ann
    connect bob
    tick
  `);
  flooded.noted.length = 0;
  flooded.specify(`
    call ann a1
    call ann a2
    call ann a3
    call ann a4
    call bob b1
    tick
  `);
  const runs = (): string[] => flooded.noted.splice(0).filter((line) => line.startsWith('run '));
  expect(runs()).toEqual(['run a1 for ann', 'run b1 for bob', 'run a2 for ann']);
  expect(flooded.inbox.waitingCount).toBe(2);
  flooded.specify('tick');
  expect(runs()).toEqual(['run a3 for ann', 'run a4 for ann']);
});

test('a call that would start after the time for calls is spent waits for the next tick', () => {
  const scene = new TickScene({ callsMsMax: 25 });
  scene.specify(`
    connect ann
    tick
  `);
  scene.noted.length = 0;
  scene.specify(`
    call ann a1 takes 10
    call ann a2 takes 40
    call ann a3 takes 10
    tick
  `);
  const runs = (): string[] => scene.noted.splice(0).filter((line) => line.startsWith('run '));
  expect(runs()).toEqual(['run a1 for ann', 'run a2 for ann']);
  expect(scene.inbox.waitingCount).toBe(1);
  scene.specify('tick');
  expect(runs()).toEqual(['run a3 for ann']);
});

const RAN = /^(run|hook|timer|system|recover|tell) /;

test('a call that does not return is stopped and its caller told; what was to follow waits for the next tick', () => {
  const scene = new TickScene({ callMsMax: 500, tickMsMax: 100 });
  scene.specify(`
    connect ann
    connect bob
    tick
  `);
  scene.noted.length = 0;
  scene.specify(`
    call  ann a1
    call  bob b1 hangs
    call  ann a2
    timer heal 4000000
  `);
  const beganUs = scene.wallUs;
  scene.specify('tick');
  // The tick's budget, after which nothing starts, and then a call's whole limit.
  expect(scene.wallUs - beganUs).toBe(600_000);
  expect(scene.noted.splice(0).filter((line) => RAN.test(line))).toEqual([
    'run a1 for ann',
    'run b1 for bob',
    'recover 500',
    'tell ann result 500 committed',
    'tell bob result 501 stopped',
  ]);
  scene.specify('tick');
  expect(scene.noted.filter((line) => RAN.test(line))).toEqual([
    'run a2 for ann',
    'timer heal',
    'system 0',
    'system 1',
    'tell ann result 502 committed',
  ]);
});

test('a system that does not return is stopped; those behind it come first in the next tick', () => {
  const scene = new TickScene({ callMsMax: 500, tickMsMax: 100 });
  scene.specify(`
    system 0 hangs
    tick
  `);
  expect(scene.noted.splice(0).filter((line) => RAN.test(line))).toEqual(['system 0', 'recover 500']);
  scene.specify('tick');
  expect(scene.noted.filter((line) => RAN.test(line))).toEqual(['system 1', 'system 0']);
});

test('no timer and no system starts after its time', () => {
  const scene = new TickScene({ callsMsMax: 25, timersMsMax: 50, tickMsMax: 100 });
  scene.specify(`
    connect ann
    tick
  `);
  scene.noted.length = 0;
  scene.specify(`
    call  ann a1 takes 60
    timer heal 4000000
    system 0 takes 60
    tick
  `);
  expect(scene.noted.splice(0).filter((line) => RAN.test(line))).toEqual([
    'run a1 for ann',
    'system 0',
    'tell ann result 500 committed',
  ]);
  scene.specify('tick');
  expect(scene.noted.filter((line) => RAN.test(line))).toEqual(['timer heal', 'system 1', 'system 0']);
});

test('the rows of a call that had committed when its visit was ended are still told to be its own', () => {
  const scene = new TickScene({ callMsMax: 500, tickMsMax: 100 });
  scene.specify(`
    connect ann
    tick
  `);
  scene.noted.length = 0;
  scene.specify(`
    call ann a1 writes 3:41
    call ann a2 hangs behind 3:8
    tick
  `);
  expect(scene.noted.filter((line) => /^(tell|own) /.test(line))).toEqual([
    'tell ann result 500 committed',
    'tell ann result 501 committed',
    'own 60 3,41 (1)',
    'own 60 3,8 (1)',
  ]);
});

test('a start hook that does not return is stopped', () => {
  const scene = new TickScene({ startHookMsMax: 9_000 });
  scene.specify(`
    throws init hangs
    start  init
  `);
  expect(scene.noted.slice(1, 4)).toEqual(['hook init for nobody', 'recover 9000', 'seal']);
});

test('a start hook runs in a sealed and logged tick of its own', () => {
  new TickScene().specify(`
    start init
    expect begin 101 at 5000000
    expect hook init for nobody
    expect seal
    expect log 101
    expect diffs 101
    expect sections 101
  `);
});

test('the handle of a caller that has left is given anew in a later tick alone, so that a mark of the tick means one session', () => {
  const scene = new TickScene();
  scene.specify(`
    connect    ann
    tick
    disconnect ann
    connect    bob
    tick
    connect    cid
    tick
  `);
  expect(['ann', 'bob', 'cid'].map((name) => scene.client(name).caller)).toEqual([-1, 1, 0]);
});
