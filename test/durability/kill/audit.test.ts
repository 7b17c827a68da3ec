import { describe, expect, test } from 'vitest';
import { Timestamp } from '@tickbase/client';
import type { Account, Entry } from '../../worlds/ledger/module_bindings/types.ts';
import { audit } from './audit.ts';
import { CallBook } from './call-book.ts';
import { GivenNumbers } from './given-numbers.ts';
import type { WorldRows } from './world-rows.ts';

/** Client 11 has made calls 1 to 5 for 10, 20, … coins: 1 and 2 are settled, 3 ran, 4 is unknown, 5 was refused by the connection. */
function scene(): Scene {
  const book = new CallBook(11, true);
  for (const outcome of ['ran', 'ran', 'ran', 'unknown', 'not run'] as const) {
    book.add(10 * book.nextCall, book.nextCall === 3 ? 50 : 0, 'n').outcome = outcome;
  }
  book.settleAsked = 3;
  book.settleConfirmed = 3;
  const entry: Entry[] = [
    { id: 7, client: 11, call: 3, at: new Timestamp(7000n), amount: 30, slip: 12n, alarm: 5n, note: 'n' },
  ];
  const account: Account = {
    client: 11,
    calls: 3,
    sum: 60n,
    lastEntry: 7,
    settledBelow: 3,
    settledCalls: 2,
    settledSum: 30n,
    glance: 3,
  };
  const world = {
    entry,
    account: [account],
    total: [{ id: 1, calls: 3, sum: 60n, inits: 1, starts: 4 }],
    alarm: [],
    rung: [{ id: 2, alarm: 5n, client: 11, call: 3 }],
    visit: [],
  };
  return { book, entry: entry[0]!, account, world, numbers: new GivenNumbers() };
}

interface Scene {
  readonly book: CallBook;
  readonly entry: Entry;
  readonly account: Account;
  readonly world: WorldRows;
  readonly numbers: GivenNumbers;
}

const check = ({ world, book, numbers }: Scene): string[] => audit(world, [book], numbers);
const add = <Row>(rows: readonly Row[], row: Row): void => void (rows as Row[]).push(row);

/** As the entry of call 3, but for what is given. */
function addEntry({ world, entry }: Scene, given: Partial<Entry> & { readonly id: number }): void {
  add(world.entry, { ...entry, at: new Timestamp(BigInt(given.id) * 1000n), alarm: 0n, ...given });
}

test('a world that is what its clients were told has no problem, and tells what became of the unknown call', () => {
  const s = scene();
  expect(check(s)).toEqual([]);
  expect(s.book.calls.get(4)!.outcome).toBe('not run');
  expect(s.book.folded).toEqual({ calls: 2, sum: 30n });
});

test('a call of unknown end may have run', () => {
  const s = scene();
  addEntry(s, { id: 8, call: 4, amount: 40, slip: 13n });
  Object.assign(s.account, { calls: 4, sum: 100n, lastEntry: 8 });
  Object.assign(s.world.total[0]!, { calls: 4, sum: 100n });
  expect(check(s)).toEqual([]);
  expect(s.book.calls.get(4)!.outcome).toBe('ran');
});

describe('what is wrong is found', () => {
  const CASES: readonly [what: string, said: RegExp, spoil: (s: Scene) => void][] = [
    [
      'a confirmed call without its entry',
      /call 3 was confirmed and is lost/,
      ({ world }) => (world.entry as Entry[]).pop(),
    ],
    ['a call that ran twice', /call 3 ran twice: entries 7 and 8/, (s) => addEntry(s, { id: 8, slip: 13n })],
    [
      'a call that was said not to have run',
      /call 5 has run, though/,
      (s) => addEntry(s, { id: 9, call: 5, amount: 50, slip: 14n }),
    ],
    [
      'a call that nobody made',
      /call 6 has an entry, was never made/,
      (s) => addEntry(s, { id: 9, call: 6, slip: 14n }),
    ],
    [
      'an entry that came back after it was settled',
      /call 2 has an entry, though it is settled/,
      (s) => addEntry(s, { id: 4, call: 2, slip: 9n }),
    ],
    [
      'calls out of their order',
      /call 3 ran after call 4/,
      (s) => addEntry(s, { id: 6, call: 4, amount: 40, slip: 11n }),
    ],
    ['another amount', /the entry of call 3 is not what was asked for/, ({ entry }) => (entry.amount = 31)],
    [
      'a time that went back',
      /time went back: entry 9 is not later than entry 7/,
      (s) => addEntry(s, { id: 9, call: 4, amount: 40, slip: 13n, at: s.entry.at }),
    ],
    ['an account behind its entries', /half a call: the account counts 2/, ({ account }) => (account.calls = 2)],
    ['an account with another sum', /half a call: the account has 61/, ({ account }) => (account.sum = 61n)],
    ['a total behind the accounts', /half a call: the total counts 2/, ({ world }) => (world.total[0]!.calls = 2)],
    ['a last entry that is not there', /last entry is 8/, ({ account }) => (account.lastEntry = 8)],
    [
      'a settlement that was confirmed and is gone',
      /settled below 3, the account says 2/,
      ({ account }) => (account.settledBelow = 2),
    ],
    [
      'a settlement that nobody asked for',
      /asked to settle below 3, the account says 4/,
      ({ account }) => (account.settledBelow = 4),
    ],
    ['settled calls that are not counted', /2 calls of 30 were settled/, ({ account }) => (account.settledCalls = 1)],
    [
      'a number that was given before',
      /entry 7 was given to call 14:2, and then to call 11:3/,
      ({ numbers }) => numbers.note('entry', 7, '14:2'),
    ],
    [
      'a number of a table that is not kept, given again',
      /slip 12 was given to call 14:2/,
      ({ numbers }) => numbers.note('slip', 12n, '14:2'),
    ],
    [
      'an alarm that never rings',
      /alarm 5 of call 11:3 is there 0 times/,
      ({ world }) => (world.rung as unknown[]).pop(),
    ],
    [
      'an alarm that rang twice',
      /alarm 5 of call 11:3 is there 2 times/,
      ({ world }) => add(world.rung, { ...world.rung[0]!, id: 3 }),
    ],
    ['an init that ran again', /init ran 2 times/, ({ world }) => (world.total[0]!.inits = 2)],
    ['a value of a snapshot from the future', /glance 9 is ahead/, ({ account }) => (account.glance = 9)],
    ['a client that does not exist', /entries of client 99/, (s) => addEntry(s, { id: 99, client: 99, slip: 99n })],
  ];
  test.each(CASES)('%s', (_what, said, spoil) => {
    const s = scene();
    spoil(s);
    expect(check(s).join('\n')).toMatch(said);
  });
});
