import type { Plan } from '@tickbase/schema/plan';
import { expect, test } from 'vitest';
import { GatewayStage, type StageClient } from './testing/gateway-stage.ts';
import { MOVE, POKE, SAY, stagePlan } from './testing/stage-plan.ts';

/** `say` is gone, `poke` has another parameter, `body` one more column; `move` and `crowded` are as they were. */
function nextPlan(tickRate: number): Plan {
  const plan = stagePlan(tickRate);
  const [body, ...tables] = plan.tables;
  const [move, poke, , ...reducers] = plan.reducers;
  return {
    ...plan,
    tables: [
      { ...body!, columns: [...body!.columns, { ...body!.columns[1]!, id: 3, name: 'y', accessor: 'y' }] },
      ...tables,
    ],
    reducers: [move!, { ...poke!, params: [{ ...poke!.params[0]!, type: { kind: 'u16' } }] }, ...reducers],
  };
}

function replace(stage: GatewayStage, plan: Plan): void {
  stage.gateway.replaceModule({ plan, viewers: stage.viewers, lost: [] });
}

const resultsOf = (client: StageClient): string[] =>
  client.sections.flatMap(({ results }) => results.map(({ sequence, code }) => `${sequence} ${code || 'ok'}`));

const MOVED = [0, 0, 128, 63, 0, 0, 0, 64];

test('a module that is the same to clients takes over without a word', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  replace(stage, { ...stagePlan(20), systems: [{ name: 'turn', accessor: 'turn', everyTicks: 3 }] });
  client.call(1, MOVE, ...MOVED);
  stage.runTick();
  client.read();
  expect(client.sections.filter(({ welcome }) => welcome !== null)).toHaveLength(1);
  expect(resultsOf(client)).toEqual(['1 ok']);
});

test('a client is welcomed to another module on its link; what it sent before it knew is read by the old one', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  const { connectionId, schemaHash, resumeToken } = client.welcome;
  replace(stage, nextPlan(20));
  client.call(1, MOVE, ...MOVED);
  client.call(2, SAY, 2, 104, 105);
  client.call(3, POKE, 7);
  stage.runTick();
  client.read();
  expect(client.welcome).toMatchObject({ connectionId, resumeToken, isResumed: true });
  expect(client.welcome.schemaHash).not.toBe(schemaHash);
  expect(client.welcome.schema!.reducers.map(({ id }) => id)).not.toContain(SAY);
  expect(resultsOf(client)).toEqual(['1 ok', '2 MODULE_REPLACED', '3 MODULE_REPLACED']);

  // With the receipt of the welcome it speaks the new one.
  client.call(4, POKE, 7, 1);
  client.call(5, SAY, 2, 104, 105);
  client.call(6, POKE, 7);
  stage.runTick();
  client.read();
  expect(resultsOf(client).slice(3)).toEqual(['4 ok', '5 UNKNOWN_REDUCER', '6 BAD_ARGUMENTS']);
  expect(stage.faults).toEqual([]);
});

test('two modules one after the other before a client reads anything come to one after the other', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  replace(stage, nextPlan(20));
  stage.runTick();
  replace(stage, stagePlan(20));
  stage.runTick();
  const receipt = client.lastTick;
  client.read();
  client.lastTick = receipt;
  client.call(1, SAY, 2, 104, 105);
  stage.runTick();
  client.read();
  expect(client.sections.filter(({ welcome }) => welcome !== null)).toHaveLength(3);
  expect(resultsOf(client)).toEqual(['1 ok']);
});

test('a welcome waits until the client takes frames again, and everything else of the new module with it', () => {
  const stage = new GatewayStage({ limits: { bufferedBytesSoft: 0 } });
  const client = stage.join();
  client.peer.stall();
  client.call(1, MOVE, ...MOVED);
  stage.runTick();
  replace(stage, nextPlan(20));
  client.call(2, MOVE, ...MOVED);
  stage.pass(200);
  client.peer.drain();
  expect(client.read().map(({ results }) => results.map(({ sequence }) => sequence))).toEqual([[1]]);
  stage.pass(100);
  const [section] = client.read();
  expect(section).toMatchObject({ welcome: { isResumed: true }, results: [{ sequence: 2 }] });
});

test('an answer in the bytes of a table that has changed is not told any more; that of another table is', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  stage.waitForDisk();
  client.send(
    { kind: 'query', requestId: 1, query: 'SELECT * FROM body' },
    { kind: 'query', requestId: 2, query: 'SELECT * FROM purse' },
  );
  stage.runTick();
  // The link is lost before the disk has the answers, and the resume comes to another module.
  const hello = client.resumeHello();
  client.peer.cut();
  replace(stage, nextPlan(20));
  const next = stage.connect();
  next.hello(hello);
  stage.runTick();
  stage.sync();
  next.read();
  expect(next.welcome).toMatchObject({ isResumed: true });
  expect(next.welcome.schema!.tables[0]!.columns).toHaveLength(3);
  const answers = next.sections.flatMap(({ queryAnswers }) => queryAnswers);
  expect(answers.map(({ requestId, code }) => `${requestId} ${code}`)).toEqual([
    '2 SQL_TABLE_UNKNOWN',
    '1 MODULE_REPLACED',
  ]);
});
