import { describe, expect, test } from 'vitest';
import * as chatModule from '../fixtures/chat-module.ts';
import * as gameModule from '../fixtures/game-module.ts';
import type { InferSchema } from '../module/schema.ts';
import { derivePlan } from '../plan/derive-plan.ts';
import { expectMistake } from '../testing/expect-mistake.ts';
import { and, not, or } from './combinators.ts';
import { makeTables } from './make-tables.ts';
import { parseSql } from './parse-sql.ts';
import { sender } from './sender.ts';
import { toSql } from './to-sql.ts';

const chat = derivePlan(chatModule).plan;
const game = derivePlan(gameModule).plan;
const tables = {
  ...makeTables<InferSchema<typeof chatModule.chat>>(chat.tables),
  ...makeTables<InferSchema<typeof gameModule.game>>(game.tables),
};

const joined = () => tables.body.leftSemijoin(tables.player, (body, player) => body.id.eq(player.bodyId));

describe('SQL text', () => {
  test('may be loose in case, blanks, quotes, sides and an end', () => {
    const tidy = parseSql('SELECT * FROM user WHERE online = TRUE AND identity <> :sender', chat);
    const loose = parseSql('select "user".*\n from user\twhere TRUE = user.online and :sender != "identity" ;', chat);
    expect(loose).toEqual(tidy);
    expect(parseSql('SELECT * FROM user WHERE online', chat).where).toEqual({
      op: 'eq',
      column: 'online',
      value: { kind: 'value', value: true },
    });
  });

  test('NOT binds tighter than AND, AND than OR', () => {
    const { where } = parseSql('SELECT * FROM body WHERE NOT kind = 3 AND hp > 5 OR floor <= 2', game);
    expect(where).toMatchObject({
      op: 'or',
      items: [{ op: 'and', items: [{ op: 'not' }, { op: 'gt' }] }, { op: 'lte' }],
    });
  });

  test('has times as ISO text or microseconds, and texts with doubled quotes', () => {
    const byText = parseSql("SELECT * FROM message WHERE sent >= '2031-05-06T07:08:09Z' AND text = 'it''s'", chat);
    const byMicros = parseSql("SELECT * FROM message WHERE sent >= 1935817689000000 AND text = 'it''s'", chat);
    expect(byText).toEqual(byMicros);
  });

  test('WITHIN bounds a query on a spatial table', () => {
    expect(parseSql('SELECT * FROM body WITHIN 64.5 WHERE hp < 3', game)).toMatchObject({
      table: 'body',
      withinM: 64.5,
    });
    expect(parseSql('SELECT * FROM nameplate WITHIN 7', game)).toEqual({ table: 'nameplate', where: null, withinM: 7 });
  });

  test('a join gives the rows of one of its tables, with conditions on each', () => {
    const text = 'SELECT body.* FROM body WITHIN 30 JOIN player ON body.id = player.body_id WHERE';
    const query = {
      table: 'body',
      withinM: 30,
      where: { op: 'lt', column: 'hp', value: { kind: 'value', value: 9 } },
      join: {
        table: 'player',
        column: 'id',
        joined: 'body_id',
        where: { op: 'eq', column: 'identity', value: { kind: 'sender' } },
      },
    };
    expect(parseSql(`${text} body.hp < 9 AND player.identity = :sender`, game)).toEqual(query);
    expect(parseSql(`${text} hp < 9 AND identity = :sender`, game)).toEqual(query); // Each name is in one table alone.
    const turned = 'select body.* from player inner join body within 30 on body.id = player.body_id where';
    expect(parseSql(`${turned} identity = :sender and hp < 9`, game)).toEqual(query);
    expect(parseSql('SELECT player.* FROM player JOIN body ON body_id = id', game)).toEqual({
      table: 'player',
      withinM: null,
      where: null,
      join: { table: 'body', column: 'body_id', joined: 'id', where: null },
    });
  });

  test.each([
    ['SQL_JOIN', 'SELECT * FROM user JOIN message ON identity = sender', /character 8:/],
    ['SQL_JOIN', 'SELECT user.* FROM user JOIN user ON identity = identity', /character 30:/],
    ['SQL_JOIN', 'SELECT user.* FROM user JOIN message ON identity = name', /character 41:/],
    ['SQL_JOIN', 'SELECT user.* FROM user JOIN message ON identity = text', /character 41:/],
    [
      'SQL_JOIN',
      "SELECT user.* FROM user JOIN message ON identity = sender WHERE online OR text = 'b'",
      /character 59:/,
    ],
    ['SQL_SYNTAX', 'SELECT user.* FROM user JOIN message WHERE online', /ON|character 38/],
    ['SQL_SYNTAX', 'SELECT user.* FROM user INNER message ON identity = sender', /character 31:/],
    ['SQL_SYNTAX', 'SELECT reminder.* FROM user JOIN message ON identity = sender', /character 8:/],
    ['SQL_SYNTAX', 'SELECT user.* FROM user JOIN message ON identity < sender', /character 50:/],
    ['SQL_TABLE_UNKNOWN', 'SELECT user.* FROM user JOIN letter ON identity = sender', /character 30:/],
    ['SQL_COLUMN_UNKNOWN', 'SELECT user.* FROM user JOIN message ON identity = owner', /character 52:/],
    ['SQL_TABLE_UNKNOWN', 'SELECT user.* FROM user JOIN message ON user.identity = letter.owner', /character 57:/],
  ] as const)('%s: %s', (code, text, place) => {
    const { where, what } = expectMistake(code, () => parseSql(text, chat));
    expect(`${where} ${what}`).toMatch(place);
  });

  test('conditions on both tables of a join are joined by AND', () => {
    const join = 'SELECT user.* FROM user JOIN message ON identity = sender WHERE';
    expectMistake('SQL_JOIN', () => parseSql(`${join} online OR text = 'a'`, chat));
    expectMistake('SQL_JOIN', () => parseSql(`${join} NOT (online AND text = 'a')`, chat));
    expect(parseSql(`${join} (online OR NOT online) AND NOT text = 'a'`, chat)).toMatchObject({
      where: { op: 'or' },
      join: { where: { op: 'not' } },
    });
  });

  test('a name that both tables of a join have is told apart by its table', () => {
    const two = { tables: [...game.tables, { ...game.tables[0]!, name: 'guest' }] };
    const join = 'SELECT guest.* FROM guest JOIN player ON guest.body_id = player.body_id WHERE';
    const { what } = expectMistake('SQL_JOIN', () => parseSql(`${join} name = 'ann'`, two));
    expect(what).toContain('write guest.name');
    expect(parseSql(`${join} player.name = 'ann'`, two).join?.where).toMatchObject({ column: 'name' });
  });

  test('WITHIN stands behind the table of a join whose rows are asked for', () => {
    const on = 'ON body.id = player.body_id';
    expectMistake('SQL_WITHIN', () => parseSql(`SELECT player.* FROM body WITHIN 5 JOIN player ${on}`, game));
    expectMistake('SQL_WITHIN', () => parseSql(`SELECT player.* FROM player JOIN body WITHIN 5 ${on}`, game));
  });

  test('JOIN and ON are names everywhere else', () => {
    const columns = [
      { name: 'on', type: { kind: 'u8' } },
      { name: 'inner', type: { kind: 'bool' } },
    ] as const;
    const odd = { tables: [{ name: 'join', columns }] } as unknown as typeof game;
    expect(parseSql('SELECT * FROM join WHERE on = 3 AND inner', odd)).toMatchObject({ table: 'join' });
  });

  test.each([
    ['SQL_SYNTAX', 'SELECT * FROM user WHERE online = TRUE extra', /character 40/],
    ['SQL_SYNTAX', 'SELECT * FROM user WHERE', /the end/],
    ['SQL_SYNTAX', 'SELECT * FROM user WHERE identity', /the end/],
    ['SQL_SYNTAX', "SELECT * FROM message WHERE text = 'open", /character 36/],
    ['SQL_SYNTAX', 'SELECT online FROM user', /character 8:/],
    ['SQL_SYNTAX', 'SELECT * FROM user WHERE online = TRUE & TRUE', /character 40/],
    ['SQL_SYNTAX', 'SELECT * FROM user WHERE (online', /the end/],
    ['SQL_TABLE_UNKNOWN', 'SELECT * FROM users', /character 15/],
    ['SQL_COLUMN_UNKNOWN', 'SELECT * FROM user WHERE onlin = TRUE', /character 26/],
    ['SQL_TYPE', 'SELECT * FROM user WHERE online = 1', /character 35/],
    ['SQL_TYPE', 'SELECT * FROM user WHERE identity = 0xff', /character 37/],
    ['SQL_TYPE', 'SELECT * FROM message WHERE text = :sender', /character 36/],
    ['SQL_TYPE', "SELECT * FROM message WHERE sent > '2031-02-30'", /character 36/],
    ['SQL_NOT_COMPARABLE', "SELECT * FROM user WHERE name = 'ann'", /character 26/],
    ['SQL_NOT_COMPARABLE', 'SELECT * FROM user WHERE online < TRUE', /character 26/],
    ['SQL_WITHIN', 'SELECT * FROM user WITHIN 5', /character 27/],
  ] as const)('%s: %s', (code, text, place) => {
    expect(expectMistake(code, () => parseSql(text, chat)).where).toMatch(place);
  });

  test.each([
    ['SELECT * FROM usr', 'there is no table usr; did you mean user?'],
    ['SELECT * FROM lantern', 'there is no table lantern'],
    ['SELECT * FROM user WHERE onlin = TRUE', 'the table user has no column onlin; did you mean online?'],
  ] as const)('%s: a name that is near is named', (text, what) => {
    expect(() => parseSql(text, chat)).toThrow(expect.objectContaining({ what }) as Error);
  });

  test('the text at the place of a mistake is cut between characters', () => {
    const { where } = expectMistake('SQL_SYNTAX', () => parseSql(`SELECT ${'🦊'.repeat(40)}`, chat));
    expect(where).toBe(`query, character 8: ${'🦊'.repeat(30)}…`);
  });

  test('a choice of columns is refused with the reason', () => {
    const { what } = expectMistake('SQL_SYNTAX', () => parseSql('SELECT name FROM user', chat));
    expect(what).toBe('a query gives whole rows, not the column name alone');
  });

  test('an integer column takes whole numbers in its range alone', () => {
    for (const literal of ['256', '-1', '1.5', '1e2', "'5'"]) {
      expectMistake('SQL_TYPE', () => parseSql(`SELECT * FROM body WHERE kind = ${literal}`, game));
    }
    expectMistake('SQL_WITHIN', () => parseSql('SELECT * FROM body WITHIN 0', game));
  });
});

describe('typed queries', () => {
  test('become SQL text', () => {
    expect(tables.user.where((r) => r.online.eq(true)).toSql()).toBe('SELECT * FROM user WHERE online = TRUE');
    expect(tables.user.toSql()).toBe('SELECT * FROM user');
    expect(tables.user.where((r) => r.online).toSql()).toBe('SELECT * FROM user WHERE online = TRUE');
    expect(
      tables.body
        .within(64)
        .where((r) => or(r.kind.eq(3), and(r.hp.lt(9), not(r.x.gte(1.5)))))
        .toSql(),
    ).toBe('SELECT * FROM body WITHIN 64 WHERE kind = 3 OR (hp < 9 AND NOT (x >= 1.5))');
    expect(tables.player.where((r) => r.bodyId.ne(7n).and(r.identity.eq(sender))).toSql()).toBe(
      'SELECT * FROM player WHERE body_id <> 7 AND identity = :sender',
    );
  });

  test('are what their text is read as', () => {
    const query = tables.message.where((r) => r.text.gt("it's")).where((r) => r.sender.ne(sender));
    expect(parseSql(query.toSql(), chat)).toEqual(query.query);
  });

  test('are joined by a column of each', () => {
    const mine = tables.player.where((r) => r.identity.eq(sender));
    const text =
      'SELECT body.* FROM body WITHIN 64 JOIN player ON body.id = player.body_id WHERE body.hp > 0 AND player.identity = :sender';
    const query = tables.body
      .within(64)
      .leftSemijoin(mine, (body, player) => body.id.eq(player.bodyId))
      .where((r) => r.hp.gt(0));
    expect(query.toSql()).toBe(text);
    expect(parseSql(query.toSql(), game)).toEqual(query.query);
    const other = mine.rightSemijoin(
      tables.body.within(64).where((r) => r.hp.gt(0)),
      (player, body) => player.bodyId.eq(body.id),
    );
    expect(other.toSql()).toBe(text);
  });

  test('lists of one item are what is in them', () => {
    const [kind, hp] = [tables.body.where((r) => r.kind.eq(3)), tables.body.where((r) => r.hp.lt(9))];
    const either = { op: 'or', items: [kind.query.where!, hp.query.where!] } as const;
    const wrapped = { op: 'or', items: [{ op: 'and', items: [either] }] } as const;
    const query = { table: 'body', withinM: null, where: { op: 'and', items: [wrapped, kind.query.where!] } } as const;
    expect(toSql(query, game.tables[1]!)).toBe('SELECT * FROM body WHERE (kind = 3 OR hp < 9) AND kind = 3');
  });

  test('are joined by columns of one type alone', () => {
    const query = tables.body.leftSemijoin(
      tables.player,
      (body, player) => body.hp.eq(player.bodyId as never) as never,
    );
    expectMistake('SQL_JOIN', () => parseSql(query.toSql(), game));
  });

  test('long chains do not nest', () => {
    const chain = tables.body.where((r) => {
      let expr = r.hp.eq(1);
      for (let i = 2; i < 100; i++) expr = expr.or(r.hp.eq(i));
      return expr;
    });
    expect(parseSql(chain.toSql(), game)).toEqual(chain.query);
  });

  test.each([
    ['a value that the column cannot hold', () => tables.body.where((r) => r.kind.eq(256))],
    ['NaN', () => tables.body.where((r) => r.x.lt(Number.NaN))],
    ['a distance on a table without place', () => tables.user.within(5)],
    ['a distance of 0', () => tables.body.within(0)],
    ['a join of a join', () => joined().leftSemijoin(tables.nameplate, (body, plate) => body.id.eq(plate.bodyId))],
    ['a join with itself', () => tables.body.leftSemijoin(tables.body, (a, b) => a.id.eq(b.id))],
    [
      'a join by columns of one table',
      () => tables.body.leftSemijoin(tables.player, (body, player) => player.bodyId.eq(body.id) as never),
    ],
    ['a join by a condition', () => tables.body.leftSemijoin(tables.player, (body) => body.id.eq(7n) as never)],
    [
      'a join with rows within a distance',
      () => tables.player.leftSemijoin(tables.body.within(5), (player, body) => player.bodyId.eq(body.id)),
    ],
  ])('%s is refused', (_title, run) => {
    expectMistake('QUERY_INVALID', run);
  });

  test('a distance on a table without place: the table has to be spatial', () => {
    expect(expectMistake('QUERY_INVALID', () => tables.user.within(5)).mend).toMatch(/^give the table `spatial`/);
    expect(expectMistake('SQL_WITHIN', () => parseSql('SELECT * FROM user WITHIN 5', chat)).mend).toMatch(/`spatial`/);
  });
});
