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

const chat = derivePlan(chatModule).plan;
const game = derivePlan(gameModule).plan;
const tables = {
  ...makeTables<InferSchema<typeof chatModule.chat>>(chat.tables),
  ...makeTables<InferSchema<typeof gameModule.game>>(game.tables),
};

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
  ])('%s is refused', (_title, run) => {
    expectMistake('QUERY_INVALID', run);
  });

  test('a distance on a table without place: the table has to be spatial', () => {
    expect(expectMistake('QUERY_INVALID', () => tables.user.within(5)).mend).toMatch(/^give the table `spatial`/);
    expect(expectMistake('SQL_WITHIN', () => parseSql('SELECT * FROM user WITHIN 5', chat)).mend).toMatch(/`spatial`/);
  });
});
