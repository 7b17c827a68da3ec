import type { Account, Entry } from '../../worlds/ledger/module_bindings/types.ts';
import type { BookedCall, CallBook } from './call-book.ts';
import type { GivenNumbers } from './given-numbers.ts';
import type { WorldRows } from './world-rows.ts';

/**
 * Compares the tables with what the clients know, at a moment when no call is open; returns what is wrong. What was unknown is known
 * afterwards: the books are brought up to date, and settled calls leave them.
 */
export function audit(world: WorldRows, books: readonly CallBook[], numbers: GivenNumbers): string[] {
  const problems: string[] = [];
  const entriesOf = groupBy(world.entry, ({ client }) => client);
  const alarms = new Set(world.alarm.map(({ id }) => id));
  const rings = groupBy(world.rung, ({ alarm }) => alarm);
  for (const book of books) {
    const account = world.account.find(({ client }) => client === book.client) ?? null;
    auditClient(book, entriesOf.get(book.client) ?? [], account, problems);
    entriesOf.delete(book.client);
  }
  for (const client of entriesOf.keys()) problems.push(`there are entries of client ${client}, which does not exist`);
  for (const row of world.entry) {
    const key = `${row.client}:${row.call}`;
    const told = numbers.note('entry', row.id, key) ?? numbers.note('slip', row.slip, key);
    if (told !== null) problems.push(told);
    if (row.alarm === 0n) continue;
    const ringCount = rings.get(row.alarm)?.length ?? 0;
    const found = (alarms.has(row.alarm) ? 1 : 0) + ringCount;
    if (found !== 1) problems.push(`alarm ${row.alarm} of call ${key} is there ${found} times (rung ${ringCount})`);
    const twice = numbers.note('alarm', row.alarm, key);
    if (twice !== null) problems.push(twice);
  }
  auditTimes(world.entry, problems);
  auditTotal(world, problems);
  return problems;
}

function auditClient(book: CallBook, entries: readonly Entry[], account: Account | null, problems: string[]): void {
  const say = (what: string): void => void problems.push(`client ${book.client}: ${what}`);
  const settledBelow = account?.settledBelow ?? 0;
  if (settledBelow < book.settleConfirmed)
    say(`settled below ${book.settleConfirmed}, the account says ${settledBelow}`);
  if (settledBelow > book.settleAsked)
    say(`asked to settle below ${book.settleAsked}, the account says ${settledBelow}`);
  fold(book, settledBelow);

  const byCall = new Map<number, Entry>();
  let lastCall = 0;
  for (const entry of entries.toSorted((a, b) => a.id - b.id)) {
    const { call, id } = entry;
    if (byCall.has(call)) say(`call ${call} ran twice: entries ${byCall.get(call)!.id} and ${id}`);
    else if (call < lastCall) say(`call ${call} ran after call ${lastCall}`);
    lastCall = Math.max(lastCall, call);
    byCall.set(call, entry);
    const booked = book.calls.get(call);
    if (booked === undefined)
      say(`call ${call} has an entry, ${call < settledBelow ? 'though it is settled' : 'was never made'}`);
    else checkEntry(booked, entry, say);
  }
  for (const booked of book.calls.values()) {
    const isThere = byCall.has(booked.call);
    if (booked.outcome === 'ran' && !isThere) say(`call ${booked.call} was confirmed and is lost`);
    if (booked.outcome === 'not run' && isThere)
      say(`call ${booked.call} has run, though its caller was told that it has not`);
    booked.outcome = isThere ? 'ran' : 'not run';
  }

  const calls = account?.calls ?? 0;
  const sum = entries.reduce((sum, { amount }) => sum + BigInt(amount), account?.settledSum ?? 0n);
  if (calls !== entries.length + (account?.settledCalls ?? 0)) {
    say(
      `half a call: the account counts ${calls}, there are ${entries.length} entries and ${account?.settledCalls} settled`,
    );
  }
  if ((account?.sum ?? 0n) !== sum) say(`half a call: the account has ${account?.sum}, its entries give ${sum}`);
  const lastEntry = entries.reduce((last, { id }) => Math.max(last, id), 0);
  if (entries.length > 0 && account?.lastEntry !== lastEntry) {
    say(`half a call: the account's last entry is ${account?.lastEntry}, the table's ${lastEntry}`);
  }
  const { folded } = book;
  if ((account?.settledCalls ?? 0) !== folded.calls || (account?.settledSum ?? 0n) !== folded.sum) {
    say(
      `${folded.calls} calls of ${folded.sum} were settled, the account has ${account?.settledCalls} of ${account?.settledSum}`,
    );
  }
  if ((account?.glance ?? 0) > calls) say(`glance ${account?.glance} is ahead of its account's ${calls} calls`);
}

/** A call below the mark was audited before the mark was asked for, so that it is known whether it ran. */
function fold(book: CallBook, settledBelow: number): void {
  for (const { call, amount, outcome } of book.calls.values()) {
    if (call >= settledBelow) continue;
    book.calls.delete(call);
    if (outcome !== 'ran') continue;
    book.folded.calls++;
    book.folded.sum += BigInt(amount);
  }
}

function checkEntry(booked: BookedCall, entry: Entry, say: (what: string) => void): void {
  const isAsMade = entry.amount === booked.amount && entry.note === booked.note && entry.alarm > 0n === booked.hasAlarm;
  if (!isAsMade) say(`the entry of call ${booked.call} is not what was asked for`);
}

/** Later entries have later times, whatever the machine's clock did between two lives of the server. */
function auditTimes(entries: readonly Entry[], problems: string[]): void {
  const inOrder = entries.toSorted((a, b) => a.id - b.id);
  for (const [place, { id, at }] of inOrder.entries()) {
    const before = inOrder[place - 1];
    if (before === undefined || before.at.microsSinceUnixEpoch < at.microsSinceUnixEpoch) continue;
    problems.push(`time went back: entry ${id} is not later than entry ${before.id}`);
  }
}

function auditTotal({ account, total }: WorldRows, problems: string[]): void {
  const [row] = total;
  if (row === undefined || total.length !== 1) {
    problems.push(`there are ${total.length} totals`);
    return;
  }
  const calls = account.reduce((count, { calls }) => count + calls, 0);
  const sum = account.reduce((all, { sum }) => all + sum, 0n);
  if (row.calls !== calls) problems.push(`half a call: the total counts ${row.calls} calls, the accounts ${calls}`);
  if (row.sum !== sum) problems.push(`half a call: the total is ${row.sum}, the accounts have ${sum}`);
  if (row.inits !== 1) problems.push(`init ran ${row.inits} times`);
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
