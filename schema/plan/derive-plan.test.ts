import { describe, expect, test } from 'vitest';
import * as chatModule from '../fixtures/chat-module.ts';
import * as gameModule from '../fixtures/game-module.ts';
import { schema } from '../module/schema.ts';
import { table } from '../tables/table.ts';
import { t } from '../types/t.ts';
import { assignIds } from './assign-ids.ts';
import { derivePlan } from './derive-plan.ts';
import type { Plan } from './plan.ts';
import { ownTable } from './own-table.ts';
import { shownPlan } from './shown-plan.ts';
import { shownTable } from './shown-table.ts';
import { toSnakeCase } from './to-snake-case.ts';

const planOf = (tables: Parameters<typeof schema>[0]) => derivePlan({ default: schema(tables) }).plan;

describe('the game module', () => {
  const { plan, functions } = derivePlan(gameModule);

  test('becomes plain data', () => {
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    expect(plan.tickRate).toBe(20);
  });

  test('has an interest with what was left out', () => {
    expect(plan.interest).toEqual({ radiusMax: 96, tiers: [], bytesPerSecond: 131_072, rowsMax: null });
  });

  test('has the tiers, the budget and the number of rows that it was given', () => {
    const tree = table({ spatial: { x: 'x', y: 'y', cell: 7 } }, { x: t.f32(), y: t.f32() });
    const game = schema({ tree }, { tickRate: 30 });
    const options = { tiers: [{ beyond: 20.5, everyTicks: 4 }] as const, bytesPerSecond: 9_000, rowsMax: 300 };
    const sight = game.interest({ radiusMax: 50, centre: () => null, ...options });
    expect(derivePlan({ default: game, sight }).plan.interest).toEqual({ radiusMax: 50, ...options });
  });

  test('has its columns, keys and places by position', () => {
    const [player, body, nameplate] = plan.tables;
    expect(body!.columns.map(({ name }) => name)).toEqual(['id', 'kind', 'floor', 'x', 'y', 'heading', 'hp']);
    expect(body!.primaryKey).toEqual([0]);
    expect(body!.spatial).toEqual({ kind: 'position', x: 3, y: 4, space: 2, cell: 32 });
    expect(body!.persist).toBe('snapshot');
    expect(body!.columns[5]!.quantize).toEqual({ kind: 'angle', bits: 8 });
    expect(body!.indexes).toEqual([
      { name: 'body_id_idx_hash', accessor: 'id', algorithm: 'hash', columns: [0], isUnique: true },
      { name: 'body_kind_idx_btree', accessor: 'kind', algorithm: 'btree', columns: [1], isUnique: false },
    ]);
    expect(player!.uniques).toEqual([[2]]);
    expect(player!.columns[2]).toMatchObject({ name: 'body_id', accessor: 'bodyId' });
    expect(nameplate!.spatial).toEqual({ kind: 'follows', column: 0, table: 'body' });
    expect(nameplate!.columns[0]!.references).toBe('body');
  });

  test('has its functions in the order of their making, named by their exports', () => {
    expect(plan.reducers.map(({ name, role }) => [name, role])).toEqual([
      ['join', 'call'],
      ['move', 'call'],
      ['jump', 'call'],
    ]);
    expect(plan.systems).toEqual([{ name: 'wander', accessor: 'wander', everyTicks: 2 }]);
    expect(functions.reducers).toHaveLength(3);
    expect(functions.systems).toHaveLength(1);
    expect(functions.interest?.centre).toBeTypeOf('function');
  });
});

describe('visibility', () => {
  const member = table({}, { identity: t.identity().primaryKey(), partyId: t.u32(), guest: t.identity() });
  const notice = table(
    { visibleTo: ['author', { column: 'partyId', through: () => member, sender: 'identity' }, 'reader'] },
    { partyId: t.u32().index(), reader: t.identity(), author: t.identity() },
  );
  const comrade = table(
    { visibleTo: { column: 'guildId', sender: 'who' } },
    { who: t.identity().index(), guildId: t.u32().index() },
  );
  const plan = planOf({ notice, member, comrade });

  test('is by owner, by other identities, and through rows of other tables', () => {
    expect(plan.tables[0]).toMatchObject({
      visibleToColumn: 2,
      visibleBy: [
        { kind: 'through', column: 0, table: 'member', sender: 0, value: 1 },
        { kind: 'identity', column: 1 },
      ],
    });
    expect(plan.tables[1]).not.toHaveProperty('visibleBy');
  });

  test('looks its own table up where none is given', () => {
    expect(plan.tables[2]).toMatchObject({
      visibleToColumn: null,
      visibleBy: [{ kind: 'through', column: 1, table: 'comrade', sender: 0, value: 1 }],
    });
  });
});

describe('hidden columns', () => {
  const camp = table(
    { public: true, visibleTo: 'chief' },
    {
      secret: t.u32().index().hidden(),
      id: t.u8().primaryKey(),
      chief: t.identity().hidden(),
      name: t.string().unique(),
    },
  );
  const [plan] = planOf({ camp }).tables;

  test('come after the others, and rules and keys know them there', () => {
    expect(plan!.columns.map(({ name, isHidden }) => [name, isHidden])).toEqual([
      ['id', undefined],
      ['name', undefined],
      ['secret', true],
      ['chief', true],
    ]);
    expect(plan).toMatchObject({ primaryKey: [0], visibleToColumn: 3 });
    expect(camp.rowType.type).toMatchObject({
      fields: [{ name: 'id' }, { name: 'name' }, { name: 'secret' }, { name: 'chief' }],
    });
  });

  test('are not in the table as clients know it, nor what needs them', () => {
    const shown = shownTable(plan!);
    expect(shown.columns).toEqual(plan!.columns.slice(0, 2));
    expect(shown.indexes.map(({ accessor }) => accessor)).toEqual(['id', 'name']);
    expect(shown).toMatchObject({ uniques: [[1]], visibleToColumn: null });
    expect(shownTable(shown)).toBe(shown);
  });
});

const tablesOf = (extra: object) => ({
  crew: table({}, { id: t.u8().primaryKey() }),
  heroCard: table(
    { public: true },
    {
      gold: t.u32().visibleTo('player'),
      id: t.u16().primaryKey(),
      secret: t.u8().hidden(),
      player: t.identity().unique(),
      mail: t.string().visibleTo('player'),
      ...extra,
    },
  ),
});

describe('columns for the owner of a row', () => {
  const before = assignIds(planOf(tablesOf({})), null);
  const [, heroCard] = before.tables;

  test('are hidden, and a table of their own to clients, with an id that lasts', () => {
    expect(heroCard!.columns.map(({ name, isHidden }) => [name, isHidden === true])).toEqual([
      ['id', false],
      ['player', false],
      ['gold', true],
      ['secret', true],
      ['mail', true],
    ]);
    expect(heroCard!.own).toEqual({ id: 2, name: 'hero_card_own', accessor: 'heroCardOwn', owner: 1, columns: [2, 4] });
    const own = ownTable(heroCard!)!;
    expect(own).toMatchObject({ id: 2, name: 'hero_card_own', primaryKey: [0], visibleToColumn: 3, isPublic: true });
    expect(own.columns.map(({ name, isHidden }) => [name, isHidden === true])).toEqual([
      ['id', false],
      ['gold', false],
      ['mail', false],
      ['player', true],
    ]);
    expect(own.indexes.map(({ accessor, columns }) => [accessor, columns])).toEqual([
      ['id', [0]],
      ['player', [3]],
    ]);
    const later = assignIds(planOf({ ...tablesOf({ more: t.u8() }), rock: table({}, { id: t.u8() }) }), before);
    expect(later.tables.map(({ id, own: part }) => [id, part?.id])).toEqual([
      [0, undefined],
      [1, 2],
      [3, undefined],
    ]);
  });

  test('are what clients know beside the table without them', () => {
    const shown = shownPlan(before).tables;
    expect(shown.map(({ name, columns }) => [name, columns.map((column) => column.name)])).toEqual([
      ['hero_card', ['id', 'player']],
      ['hero_card_own', ['id', 'gold', 'mail']],
    ]);
    expect(shownPlan(shownPlan(before)).tables).toEqual(shown);
  });
});

describe('the chat module', () => {
  const { plan } = derivePlan(chatModule);

  test('has hooks, a scheduled reducer, and names in snake case', () => {
    expect(plan.reducers.map(({ name, accessor, role }) => [name, accessor, role])).toEqual([
      ['set_name', 'setName', 'call'],
      ['send_message', 'sendMessage', 'call'],
      ['remind_later', 'remindLater', 'call'],
      ['remind', 'remind', 'scheduled'],
      ['init', 'init', 'init'],
      ['on_connect', 'onConnect', 'clientConnected'],
      ['on_disconnect', 'onDisconnect', 'clientDisconnected'],
    ]);
    expect(plan.tables[2]!.schedule).toEqual({ reducer: 'remind', column: 1 });
    expect(plan.tables[0]!.columns[1]!.type).toEqual({ kind: 'option', of: { kind: 'string' } });
  });
});

test('a reducer is a function that module code can call, and its arguments may be left out when there are none', () => {
  const game = schema({ thing: table({}, { id: t.u8() }) });
  const calls: unknown[] = [];
  const note = game.reducer({ text: t.string() }, (_ctx, { text }) => void calls.push(text));
  const ping = game.reducer((ctx) => note(ctx, { text: 'ping' }));
  ping({} as never);
  expect(calls).toEqual(['ping']);
});

test('keys of several columns have an accessor of their own or their joined names', () => {
  const slot = table(
    {
      constraints: [
        { constraint: 'primaryKey', columns: ['owner', 'place'] },
        { constraint: 'unique', columns: ['item', 'place'], accessor: 'byItem' },
      ],
      indexes: [{ accessor: 'byCount', algorithm: 'btree', columns: ['count', 'owner'] }],
    },
    { owner: t.u32(), place: t.u16(), item: t.u64(), count: t.u16().default(3) },
  );
  const [plan] = derivePlan({ default: schema({ slot }) }).plan.tables;
  expect(plan!.primaryKey).toEqual([0, 1]);
  expect(plan!.uniques).toEqual([[2, 1]]);
  expect(plan!.indexes.map(({ accessor, columns, isUnique }) => [accessor, columns, isUnique])).toEqual([
    ['ownerAndPlace', [0, 1], true],
    ['byItem', [2, 1], true],
    ['byCount', [3, 0], false],
  ]);
  expect(plan!.columns[3]!.default).toEqual({ json: 3 });
});

test('with the policy None names stay as they are', () => {
  const bodyPart = table({}, { bodyId: t.u8() });
  const { plan } = derivePlan({ default: schema({ bodyPart }, { CASE_CONVERSION_POLICY: 'None' }) });
  expect([plan.tables[0]!.name, plan.tables[0]!.columns[0]!.name]).toEqual(['bodyPart', 'bodyId']);
});

test.each([
  ['bodyId', 'body_id'],
  ['HTTPServer', 'http_server'],
  ['player2Name', 'player2_name'],
  ['already_snake', 'already_snake'],
  ['x', 'x'],
])('%s is %s in snake case', (name, snake) => {
  expect(toSnakeCase(name)).toBe(snake);
});

test('lasting ids stay with their names and are never given again', () => {
  const first = assignIds(
    planOf({ a: table({}, { x: t.u8(), y: t.u8() }), b: table({}, { k: t.enum('K', ['P', 'Q']) }) }),
    null,
  );
  const second = assignIds(planOf({ b: table({}, { k: t.enum('K', ['Z', 'Q', 'P']) }) }), first);
  const third = assignIds(
    planOf({ c: table({}, { x: t.u8() }), a: table({}, { y: t.u8() }), b: table({}, { j: t.u8(), k: t.u8() }) }),
    second,
  );
  expect(first.tables.map(({ id }) => id)).toEqual([0, 1]);
  expect(second.tables.map(({ id }) => id)).toEqual([1]);
  expect(second.tables[0]!.columns[0]!.type).toMatchObject({ variants: [{ id: 2 }, { id: 1 }, { id: 0 }] });
  expect(third.tables.map(({ name, id }) => [name, id])).toEqual([
    ['c', 2],
    ['a', 3],
    ['b', 1],
  ]);
  expect(third.tables[2]!.columns.map(({ id }) => id)).toEqual([1, 0]);
});

test('the number of a variant that was removed is never given again, wherever the enum stands', () => {
  const first = assignIds(planOfKind('P', 'Q', 'R'), null);
  const second = assignIds(planOfKind('P'), first);
  const third = assignIds(planOfKind('P', 'S', 'R'), second);
  expect(kindsOf(first)).toEqual(['P0', 'Q1', 'R2']);
  expect(kindsOf(second)).toEqual(['P0']);
  expect(kindsOf(third)).toEqual(['P0', 'S3', 'R4']);
  expect(assignIds(planOfKind('P', 'S', 'R'), third)).toEqual(third);
});

function planOfKind(...variants: string[]) {
  return planOf({ a: table({}, { k: t.array(t.object({ kind: t.enum('K', variants) })) }) });
}

/** Names of the variants, each with its number. */
function kindsOf({ tables }: Plan): string[] {
  const text = JSON.stringify(tables[0]!.columns[0]!.type);
  return [...text.matchAll(/"id":(\d+),"name":"(\w)"/g)].map(([, id, name]) => `${name}${id}`);
}
