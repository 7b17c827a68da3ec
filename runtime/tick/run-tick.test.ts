import { expect, test } from 'vitest';
import { TickScene } from './testing/tick-scene.ts';

test('a tick runs calls, timers and systems, seals, logs, builds diffs, then answers and sends', () => {
  new TickScene().specify(`
    connect   ann
    tick
    expect begin 101 at 5000000
    expect hook clientConnected for ann
    expect tell ann connected
    expect systems
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
    expect tell ann result 500 committed
    expect timer heal
    expect systems
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
    expect tell ann result 500 refused NOT_ENOUGH_GOLD
    expect run pay for bob
    expect tell bob result 501 failed
    expect systems
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
    expect tell ann result 500 committed
    expect run step for bob
    expect tell bob result 501 refused too far
    expect run step for bob
    expect tell bob result 502 committed
    expect systems
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
    expect systems
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
    expect forget ann
    expect tell ann refused
    expect systems
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
    expect tell ann result 500 committed
    expect hook clientDisconnected for ann
    expect diffs remove 60
    expect forget ann
    expect tell ann disconnected
    expect systems
    expect seal
    expect log 102
    expect diffs 102
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
    expect systems
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
