import { ByteWriter } from '@tickbase/base';
import { encodeValue } from '@tickbase/protocol';
import { loadModule } from '@tickbase/runtime';
import { parseSql } from '@tickbase/schema/query';
import { expect, test } from 'vitest';
import { queriesOf } from './bots/queries-of.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Outcome, Player } from './scenarios/scenario.ts';

/** By CALL_* of the runtime. */
const OUTCOMES = ['committed', 'refused'];
const CHECKING = 20;
const ROUNDS = 30;

/** Two players of the scenario in a world without a server: every call that they can make is made, and ends as the scenario expects. */
test.each([...SCENARIOS.values()])('what players do in $name suits its module', async (scenario) => {
  const loaded = await loadModule(scenario.modulePath);
  const world = loaded.createWorld(loaded.plan, 901n, 3);
  let tick = 0;
  const inTick = <T>(run: () => T): T => {
    tick++;
    world.beginTick(tick, tick * 50_000, tick);
    const result = run();
    loaded.plan.systems.forEach((_, system) => expect(world.runSystem(system)).toBe(0));
    world.seal();
    return result;
  };
  const host = world.addCaller(901n, 0n);
  for (const hook of ['init', 'started'] as const) inTick(() => world.runHook(hook, host));
  const outcomes = new Map<string, Set<string>>();

  const playerOf = (number: number, acts: (() => void)[]): Player => {
    const caller = world.addCaller(BigInt(1000 + number), BigInt(1 + number));
    const call = async (
      name: string,
      args: Readonly<Record<string, unknown>>,
      expects: Outcome = 'committed',
    ): Promise<boolean> => {
      const place = loaded.plan.reducers.findIndex((reducer) => reducer.name === name);
      expect(loaded.plan.reducers[place]?.role, name).toBe('call');
      const { params } = loaded.plan.reducers[place]!;
      expect(Object.keys(args).toSorted()).toEqual(params.map((param) => param.name).toSorted());
      const writer = new ByteWriter();
      for (const param of params) encodeValue(writer, param.type, args[param.name]);
      const outcome = OUTCOMES[inTick(() => world.runCall(place, writer.copy(), caller))];
      expect(expects === 'any' ? ['committed', 'refused'] : ['committed'], `${name}: ${world.lastMessage}`).toContain(
        outcome,
      );
      outcomes.set(name, (outcomes.get(name) ?? new Set()).add(outcome!));
      return outcome === 'committed';
    };
    let state = number + 1;
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const every = (_periodMs: number, act: () => void): void => void acts.push(act);
    const rowsOf = number === CHECKING ? (): never[] => [] : (): null => null;
    return { number, random, every, call, rowsOf, identity: BigInt(1000 + number) };
  };

  const acts: (() => void)[] = [];
  await scenario.prepare?.(playerOf(7, []));
  for (const number of [CHECKING, 21]) {
    const player = playerOf(number, acts);
    expect(await scenario.join(player)).toBe(true);
    scenario.play(player);
  }
  for (let round = 0; round < ROUNDS; round++) for (const act of acts) act();
  expect(acts.length).toBeGreaterThan(0);
  // In the sample game who sees nothing gathers by chance, and here never.
  const wanting = scenario.name === 'game' ? [] : outcomes;
  for (const [name, seen] of wanting) expect([...seen], `${name} is never committed`).toContain('committed');

  const { tables } = loaded.plan;
  const open = tables.filter((table) => table.isPublic).map(({ name }) => name);
  const wanted = scenario.tables === 'all' ? open : scenario.tables;
  expect(open).toEqual(expect.arrayContaining([...wanted]));
  for (const query of queriesOf(scenario, wanted, 21)) expect(() => parseSql(query, loaded.plan)).not.toThrow();
});
