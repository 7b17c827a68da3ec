import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { RoundRobinInbox } from './round-robin-inbox.ts';
import type { InboxItem, TickClient } from './tick-ports.ts';
import { CallMemory, WaitingCalls } from './waiting-calls.ts';

const CLIENTS = 5;

function newClients(): TickClient[] {
  return Array.from({ length: CLIENTS }, (_, i) => ({
    identity: BigInt(70 + i),
    connectionId: BigInt(900 + i),
    caller: -1,
    viewer: null,
    isConnected: false,
  }));
}

/** The naive inbox: a list of clients, each with a list. */
class ListInbox {
  turns: { client: TickClient; items: InboxItem[] }[] = [];

  push(item: InboxItem): void {
    const turn = this.turns.find(({ client }) => client === item.client);
    if (turn === undefined) this.turns.push({ client: item.client, items: [item] });
    else turn.items.push(item);
  }

  /** `stays`: as Inbox has it; `isSameMessage`: the next item came in one message with this one. */
  take(stays = false, isSameMessage: (item: InboxItem, next: InboxItem) => boolean = () => false): InboxItem | null {
    const turn = this.turns.shift();
    if (turn === undefined) return null;
    const item = turn.items.shift()!;
    const [next] = turn.items;
    if (next !== undefined && stays && isSameMessage(item, next)) this.turns.unshift(turn);
    else if (next !== undefined) this.turns.push(turn);
    return item;
  }
}

test('items come round robin over clients and in order for each of them, given back or not', () => {
  const step = fc.oneof(fc.constant(null), fc.nat(CLIENTS - 1));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const clients = newClients();
      const inbox = new RoundRobinInbox();
      const naive = new ListInbox();
      let wakes = 0;
      inbox.onWork = () => wakes++;
      let sequence = 11;
      let wakesExpected = 0;
      for (const who of steps) {
        if (who === null) expect(inbox.take()).toBe(naive.take());
        else {
          const args = new Uint8Array(0);
          const call = {
            kind: 'call',
            sequence: sequence++,
            reducer: 3,
            args,
            argsStart: 0,
            argsEnd: args.length,
          } as const;
          const item: InboxItem = { ...call, client: clients[who]! };
          if (naive.turns.length === 0) wakesExpected++;
          inbox.push(item);
          naive.push(item);
        }
        expect(inbox.waitingCount).toBe(naive.turns.reduce((sum, turn) => sum + turn.items.length, 0));
      }
      expect(wakes).toBe(wakesExpected);
      const taken: InboxItem[] = [];
      for (let i = steps.length >> 1; i > 0 && inbox.waitingCount > 0; i--) taken.push(inbox.take()!);
      for (const item of taken.toReversed()) inbox.giveBack(item);
      while (naive.turns.length > 0) expect(inbox.take()).toBe(naive.take());
      expect(inbox.take()).toBeNull();
    }),
  );
});

test('a client that always has work waiting keeps its order over thousands of items', () => {
  const inbox = new RoundRobinInbox();
  const client = newClients()[2]!;
  let taken = 0;
  for (let querySetId = 0; querySetId < 5_000; querySetId++) {
    inbox.push({ kind: 'unsubscribe', client, querySetId });
    if (querySetId % 50 !== 7) expect(inbox.take()).toMatchObject({ querySetId: taken++ });
  }
  expect(inbox.waitingCount).toBe(100);
  while (inbox.waitingCount > 0) expect(inbox.take()).toMatchObject({ querySetId: taken++ });
});

test('calls that wait as one entry are taken one by one, as if each had been pushed', () => {
  const step = fc.oneof(
    fc.constant('take' as const),
    fc.constant('take and stay' as const),
    fc.constant('give back' as const),
    fc.record({ who: fc.nat(CLIENTS - 1), count: fc.integer({ min: 1, max: 6 }), isOne: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
      const clients = newClients();
      const inbox = new RoundRobinInbox();
      const naive = new ListInbox();
      let memory = new CallMemory(300);
      let sequence = 11;
      let last: InboxItem | null = null;
      /** The first sequence of the message in which a call came; a single item is a message of its own. */
      const messageOf = new Map<InboxItem, number | InboxItem>();
      for (const what of steps) {
        if (what === 'take' || what === 'take and stay') {
          const stays = what === 'take and stay';
          const expected = naive.take(stays, (item, next) => messageOf.get(item) === messageOf.get(next));
          last = inbox.take(stays);
          expect(factsOf(last)).toEqual(factsOf(expected));
        } else if (what === 'give back') {
          if (last === null) continue;
          inbox.giveBack(last);
          const turn = naive.turns.find(({ client }) => client === last!.client);
          if (turn !== undefined) naive.turns.splice(naive.turns.indexOf(turn), 1);
          naive.turns.unshift({ client: last.client, items: [last, ...(turn?.items ?? [])] });
          last = null;
        } else {
          const client = clients[what.who]!;
          last = null; // a take is undone before anything is pushed
          if (what.isOne) {
            const item: InboxItem = { kind: 'unsubscribe', client, querySetId: sequence++ };
            inbox.push(item);
            messageOf.set(item, item);
            naive.push(item);
            continue;
          }
          if (memory.end + what.count * CallMemory.wordsOf(5) > memory.words.length) memory = new CallMemory(300);
          const at = memory.end;
          const first = sequence;
          for (let i = 0; i < what.count; i++) {
            const args = Uint8Array.from({ length: sequence % 6 }, (_, place) => sequence + place);
            memory.add(sequence % 7, new DataView(args.buffer), 0, args.length);
            const call = { kind: 'call', sequence, reducer: sequence % 7, args } as const;
            const item: InboxItem = { ...call, client, argsStart: 0, argsEnd: args.length };
            messageOf.set(item, first);
            naive.push(item);
            sequence++;
          }
          inbox.push(new WaitingCalls(client, first, what.count, memory, at));
        }
        expect(inbox.waitingCount).toBe(naive.turns.reduce((sum, turn) => sum + turn.items.length, 0));
        expect(inbox.peek()?.client).toBe(naive.turns[0]?.client);
      }
      inbox.translate((item) => (isKept(item) ? item : null));
      for (const turn of naive.turns) turn.items = turn.items.filter(isKept);
      naive.turns = naive.turns.filter(({ items }) => items.length > 0);
      while (naive.turns.length > 0) expect(factsOf(inbox.take())).toEqual(factsOf(naive.take()));
      expect([inbox.take(), inbox.waitingCount]).toEqual([null, 0]);
    }),
  );
});

function isKept(item: InboxItem): boolean {
  return (item.kind === 'call' ? item.sequence : (item as { querySetId: number }).querySetId) % 3 !== 0;
}

function factsOf(item: InboxItem | null): unknown {
  if (item?.kind !== 'call') return item;
  const { client, sequence, reducer, args, argsStart, argsEnd } = item;
  return { client: client.identity, sequence, reducer, args: [...args.subarray(argsStart, argsEnd)] };
}
