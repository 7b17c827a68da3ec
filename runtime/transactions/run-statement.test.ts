import { describe, expect, test } from 'vitest';
import type { StatementAnswer } from './run-statement.ts';
import { makePlan } from './testing/make-plan.ts';
import { openWorld } from './testing/open-world.ts';
import { CALL_COMMITTED, CALL_REFUSED } from './world.ts';

const plan = makePlan(
  [
    {
      name: 'purse',
      columns: {
        id: { kind: 'u32' },
        owner: { kind: 'string' },
        gold: { kind: 'i64' },
        guild: { kind: 'option', of: { kind: 'u16' } },
      },
      key: ['id'],
      autoInc: ['id'],
      indexes: [{ accessor: 'byOwner', algorithm: 'hash', columns: ['owner'], isUnique: true }],
    },
    { name: 'guild', columns: { id: { kind: 'u32' }, title: { kind: 'string' } }, key: ['id'] },
    { name: 'word', columns: { text: { kind: 'string' }, count: { kind: 'u8' } } },
  ],
  { reducers: [{ name: 'run' }] },
);

/** A world in which statements run, each in a tick of its own. */
function open(): (text: string) => { outcome: number; answer: StatementAnswer | null; message: string } {
  const { world, caller, tick } = openWorld(plan);
  return (text) => {
    let outcome = -1;
    tick(() => {
      outcome = world.runStatement(text, caller);
    });
    const answer = outcome === CALL_COMMITTED ? (JSON.parse(world.lastAnswer) as StatementAnswer) : null;
    return { outcome, answer, message: world.lastMessage };
  };
}

function filled(): ReturnType<typeof open> {
  const run = open();
  run("INSERT INTO guild VALUES (3, 'smiths'), (5, 'scribes')");
  run(
    "INSERT INTO purse (id, owner, gold, guild) VALUES (0, 'ann', 70, 3), (0, 'bob', -5, NULL), (0, 'eve', 9007199254740993, 5)",
  );
  return run;
}

const many = (from: number): string => Array.from({ length: 2_600 }, (_, i) => `('w${from + i}', 1)`).join();

const rows = (run: ReturnType<typeof open>, text: string): unknown => run(text).answer?.rows;

describe('questions', () => {
  test('give columns with their types, and rows in which nothing is lost', () => {
    expect(filled()('SELECT * FROM purse').answer).toEqual({
      columns: [
        { name: 'id', type: 'u32' },
        { name: 'owner', type: 'string' },
        { name: 'gold', type: 'i64' },
        { name: 'guild', type: 'option' },
      ],
      rows: [
        [1, 'ann', '70', { some: 3 }],
        [2, 'bob', '-5', null],
        [3, 'eve', '9007199254740993', { some: 5 }],
      ],
      changed: 0,
    });
  });

  test('take conditions, columns, a limit, a count', () => {
    const run = filled();
    expect(rows(run, 'SELECT owner FROM purse WHERE gold > 0')).toEqual([['ann'], ['eve']]);
    expect(rows(run, 'SELECT owner, id FROM purse WHERE gold > 0 LIMIT 1')).toEqual([['ann', 1]]);
    expect(rows(run, 'SELECT owner FROM purse LIMIT 0')).toEqual([]);
    expect(run("SELECT COUNT(*) AS poor FROM purse WHERE gold < 50 OR owner = 'ann'").answer).toEqual({
      columns: [{ name: 'poor', type: 'u64' }],
      rows: [['2']],
      changed: 0,
    });
  });

  test('join tables', () => {
    const run = filled();
    run("INSERT INTO word VALUES ('smiths', 1), ('smiths', 2)");
    const join = 'FROM guild JOIN word ON guild.title = word.text WHERE word.count > 0';
    expect(rows(run, `SELECT guild.id ${join}`)).toEqual([[3]]);
    expect(rows(run, `SELECT COUNT(*) ${join} AND guild.id = 5`)).toEqual([['0']]);
  });

  test('with more rows than an answer may have are refused', () => {
    const run = open();
    for (let from = 0; from < 10_400; from += 2_600) run(`INSERT INTO word VALUES ${many(from)}`);
    expect(run('SELECT * FROM word')).toMatchObject({
      outcome: CALL_REFUSED,
      message: expect.stringMatching(/^ANSWER_TOO_LARGE/),
    });
    expect(run('SELECT * FROM word LIMIT 10000').answer!.rows).toHaveLength(10_000);
    expect(rows(run, 'SELECT COUNT(*) FROM word')).toEqual([['10400']]);
  });
});

describe('changes', () => {
  test('say how many rows they were about', () => {
    const run = filled();
    expect(run("UPDATE purse SET gold = 1, guild = NULL WHERE owner <> 'bob'").answer).toMatchObject({ changed: 2 });
    expect(rows(run, 'SELECT gold, guild FROM purse')).toEqual([
      ['1', null],
      ['-5', null],
      ['1', null],
    ]);
    expect(run('DELETE FROM purse WHERE gold = 1').answer).toMatchObject({ changed: 2 });
    expect(rows(run, 'SELECT owner FROM purse')).toEqual([['bob']]);
    expect(run('DELETE FROM purse').answer).toMatchObject({ changed: 1 });
  });

  test('may change keys, and rows of tables without one', () => {
    const run = filled();
    expect(run("UPDATE purse SET id = 40 WHERE owner = 'ann'").answer).toMatchObject({ changed: 1 });
    expect(rows(run, "SELECT id, gold FROM purse WHERE owner = 'ann'")).toEqual([[40, '70']]);
    run("INSERT INTO word VALUES ('a', 1), ('b', 2)");
    run("UPDATE word SET count = 9 WHERE text = 'b'");
    expect(rows(run, "SELECT count FROM word WHERE text = 'b'")).toEqual([[9]]);
  });

  test('that break a key leave no trace', () => {
    const run = filled();
    expect(run("UPDATE purse SET owner = 'ann'")).toMatchObject({
      outcome: CALL_REFUSED,
      message: expect.stringMatching(/^STORE_UNIQUE_VIOLATION: /),
    });
    expect(run("INSERT INTO guild VALUES (7, 'new'), (3, 'again')")).toMatchObject({ outcome: CALL_REFUSED });
    expect(rows(run, 'SELECT owner FROM purse')).toEqual([['ann'], ['bob'], ['eve']]);
    expect(rows(run, 'SELECT id FROM guild')).toEqual([[3], [5]]);
  });

  test('what is wrong is said with its code and its place', () => {
    const { outcome, message } = filled()('SELECT nothing FROM purse');
    expect(outcome).toBe(CALL_REFUSED);
    expect(message).toMatch(
      /^SQL_COLUMN_UNKNOWN: the table purse has no column nothing \(query, character 8: nothing FROM purse\)/,
    );
  });
});
