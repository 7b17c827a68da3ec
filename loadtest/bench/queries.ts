import { alternate, cpuMs } from './alternate.ts';
import { PRICE_MAX, QueriesWorld } from './queries-world.ts';
import { type Benchmark, rowOf } from './bench-row.ts';

const PEOPLE = 10_000;
const FEW = 100;
const CHANGES = 1000;

interface Case {
  readonly what: string;
  readonly table: 'ware' | 'secret';
  readonly queryOf: (client: number) => string;
}

const WIDTH = PRICE_MAX / PEOPLE;
const CASES: readonly Case[] = [
  { what: 'owner = :sender', table: 'ware', queryOf: () => 'SELECT * FROM ware WHERE owner = :sender' },
  {
    what: 'a range of its own, each price in one',
    table: 'ware',
    queryOf: (n) => `SELECT * FROM ware WHERE price >= ${n * WIDTH} AND price < ${(n + 1) * WIDTH}`,
  },
  {
    what: 'a range of its own, each price in ten',
    table: 'ware',
    queryOf: (n) => `SELECT * FROM ware WHERE price >= ${n * WIDTH} AND price < ${(n + 10) * WIDTH}`,
  },
  {
    what: 'a join by its own row: wares of its guild',
    table: 'ware',
    queryOf: () => 'SELECT ware.* FROM ware JOIN member ON ware.guild = member.guild WHERE member.identity = :sender',
  },
  { what: 'visibleTo through another table', table: 'secret', queryOf: () => 'SELECT * FROM secret' },
];

/**
 * What a tick with 1 000 changed rows costs the queries of 10 000 clients, in processor time: rows sorted into what is watched, pieces, and a frame
 * for each client that hears of something. Beside it the same with 100 clients, and for ranges a look at every client's range for every row.
 */
export const queries: Benchmark = async ({ isLong, progress }) => {
  const rounds = isLong ? 60 : 20;
  const rows = [];
  for (const { what, table, queryOf } of CASES) {
    progress(what);
    const many = new QueriesWorld(PEOPLE, PEOPLE, queryOf);
    const few = new QueriesWorld(PEOPLE, FEW, queryOf);
    const contenders = {
      many: () => many.change(table, CHANGES),
      few: () => few.change(table, CHANGES),
      looks: () => lookAtAll(),
    };
    const runs = alternate(contenders, rounds, 5);
    const beside = what.includes('range')
      ? { [`${FEW} clients`]: runs.few, 'every range looked at': runs.looks }
      : { [`${FEW} clients`]: runs.few };
    rows.push(rowOf(`${PEOPLE} clients: ${what}`, 'ms a tick', runs.many, beside));
  }
  return rows;
};

const LOWS = Float64Array.from({ length: PEOPLE }, (_, n) => n * WIDTH);
let matchCount = 0;

/** The floor of what a predicate for each client would cost: two comparisons for each range and row, before and after. */
function lookAtAll(): number {
  const before = cpuMs();
  for (let i = 0; i < 2 * CHANGES; i++) {
    const price = (i * 7919) % PRICE_MAX;
    for (let n = 0; n < PEOPLE; n++) if (price >= LOWS[n]! && price < LOWS[n]! + WIDTH) matchCount++;
  }
  if (matchCount === 0) throw new Error('every price is in a range');
  return cpuMs() - before;
}
