import { describe, expect, test } from 'vitest';
import * as chatModule from '../fixtures/chat-module.ts';
import * as gameModule from '../fixtures/game-module.ts';
import { derivePlan } from '../plan/derive-plan.ts';
import { expectMistake } from '../testing/expect-mistake.ts';
import { parseSql } from './parse-sql.ts';
import { parseStatement } from './parse-statement.ts';

const plan = { tables: [...derivePlan(chatModule).plan.tables, ...derivePlan(gameModule).plan.tables] };
const parse = (text: string): unknown => parseStatement(text, plan);

describe('SELECT', () => {
  test('of whole rows is the query of a client', () => {
    const query = parseSql('SELECT * FROM body WHERE kind = 3 AND hp > 5', plan);
    const all = plan.tables.find(({ name }) => name === 'body')!.columns.map(({ name }) => name);
    expect(parse('SELECT * FROM body WHERE kind = 3 AND hp > 5')).toEqual({
      kind: 'select',
      query,
      columns: all,
      countName: 'count',
      limit: Infinity,
    });
    expect(parse('select*from body where kind=3 and hp>5 limit 7;')).toMatchObject({ query, columns: all, limit: 7 });
  });

  test('may ask for columns, once or several times, and for a count', () => {
    expect(parse('SELECT hp, "kind", hp FROM body LIMIT 0')).toMatchObject({ columns: ['hp', 'kind', 'hp'], limit: 0 });
    expect(parse('SELECT COUNT(*) FROM body')).toMatchObject({ columns: null, countName: 'count' });
    expect(parse('select count ( * ) as beasts from body where kind = 1')).toMatchObject({
      columns: null,
      countName: 'beasts',
      query: parseSql('SELECT * FROM body WHERE kind = 1', plan),
    });
  });

  test('with a join gives columns of one of its tables', () => {
    const rest = 'FROM nameplate JOIN body ON nameplate.body_id = body.id WHERE body.kind = 2';
    const query = parseSql(`SELECT nameplate.* ${rest}`, plan);
    expect(parse(`SELECT nameplate.text, nameplate.body_id ${rest}`)).toMatchObject({
      query,
      columns: ['text', 'body_id'],
    });
    expect(parse(`SELECT nameplate.* ${rest}`)).toMatchObject({ query });
    expect(parse(`SELECT COUNT(*) ${rest}`)).toMatchObject({ query, columns: null });
    expectMistake('SQL_JOIN', () => parse(`SELECT nameplate.text, body.hp ${rest}`));
  });
});

describe('changes', () => {
  test('INSERT gives values of the columns, all of them or those that it names', () => {
    const [first] = [plan.tables.find(({ name }) => name === 'nameplate')!.columns.map(({ name }) => name)];
    expect(first).toEqual(['body_id', 'text']);
    expect(parse("INSERT INTO nameplate VALUES (7, 'it''s'), (8, '')")).toEqual({
      kind: 'insert',
      table: 'nameplate',
      rows: [
        new Map<string, unknown>([
          ['body_id', 7n],
          ['text', "it's"],
        ]),
        new Map<string, unknown>([
          ['body_id', 8n],
          ['text', ''],
        ]),
      ],
    });
    expect(parse("insert into nameplate (text, body_id) values ('a', 9);")).toMatchObject({
      rows: [
        new Map<string, unknown>([
          ['text', 'a'],
          ['body_id', 9n],
        ]),
      ],
    });
  });

  test('UPDATE and DELETE take the conditions of a query', () => {
    const query = parseSql('SELECT * FROM body WHERE kind = 3 OR hp < 2', plan);
    expect(parse('UPDATE body SET hp = 5, x = -1.5 WHERE kind = 3 OR hp < 2')).toEqual({
      kind: 'update',
      query,
      set: new Map([
        ['hp', 5],
        ['x', -1.5],
      ]),
    });
    expect(parse('DELETE FROM body WHERE kind = 3 OR hp < 2')).toEqual({ kind: 'delete', query });
    expect(parse('DELETE FROM body')).toEqual({ kind: 'delete', query: { table: 'body', where: null, withinM: null } });
  });
});

describe('mistakes say where they are', () => {
  test.each<[string, string, RegExp]>([
    ['', 'SQL_SYNTAX', /the end/],
    ['DROP TABLE body', 'SQL_SYNTAX', /character 1:/],
    ['SELECT hp', 'SQL_SYNTAX', /FROM was expected/],
    ['SELECT hp kind FROM body', 'SQL_SYNTAX', /character 11: kind/],
    ['SELECT nothing FROM body', 'SQL_COLUMN_UNKNOWN', /character 8: nothing/],
    ['SELECT * FROM nothing', 'SQL_TABLE_UNKNOWN', /character 15: nothing/],
    ['DELETE FROM bdoy', 'SQL_TABLE_UNKNOWN', /no table bdoy; did you mean body\?/],
    ['SELECT hp FROM body WHERE hp = true LIMIT 3', 'SQL_TYPE', /character 32: true/],
    ['SELECT hp FROM body LIMIT -1', 'SQL_SYNTAX', /character 27: -1/],
    ['SELECT hp FROM body LIMIT 1e3', 'SQL_SYNTAX', /whole number/],
    ['SELECT hp FROM body; SELECT 1', 'SQL_SYNTAX', /should end here/],
    ['SELECT SUM(hp) FROM body', 'SQL_SYNTAX', /character 11:/],
    ['UPDATE body SET hp = 5 WHERE kind = true', 'SQL_TYPE', /character 37: true/],
    ['DELETE FROM body WHERE kind = true', 'SQL_TYPE', /character 31: true/],
    ['UPDATE body SET hp = 70000', 'SQL_TYPE', /column hp of type u16/],
    ["UPDATE body SET hp = '5'", 'SQL_TYPE', /character 22/],
    ['UPDATE body SET hp = :sender', 'SQL_TYPE', /column hp/],
    ['UPDATE body SET hp = 1, hp = 2', 'SQL_SYNTAX', /set twice/],
    ['UPDATE body SET hp = NULL', 'SQL_TYPE', /column hp/],
    ['UPDATE body SET hp = 1 LIMIT 5', 'SQL_SYNTAX', /should end here/],
    ['INSERT INTO nameplate VALUES (7)', 'SQL_SYNTAX', /“,” was expected/],
    ["INSERT INTO nameplate VALUES (7, 'a', 8)", 'SQL_SYNTAX', /“\)” was expected/],
    ["INSERT INTO nameplate (text, text) VALUES ('a', 'b')", 'SQL_SYNTAX', /given twice/],
    ["INSERT INTO nameplate (title) VALUES ('a')", 'SQL_COLUMN_UNKNOWN', /character 24: title/],
    ['INSERT nameplate VALUES (1)', 'SQL_SYNTAX', /INTO was expected/],
    ['DELETE body', 'SQL_SYNTAX', /FROM was expected/],
  ])('%s', (text, code, where) => {
    expect(expectMistake(code, () => parse(text)).message).toMatch(where);
  });
});
