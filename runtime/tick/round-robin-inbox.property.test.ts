import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { RoundRobinInbox } from './round-robin-inbox.ts';
import type { InboxItem, TickClient } from './tick-ports.ts';

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

  take(): InboxItem | null {
    const turn = this.turns.shift();
    if (turn === undefined) return null;
    const item = turn.items.shift()!;
    if (turn.items.length > 0) this.turns.push(turn);
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
