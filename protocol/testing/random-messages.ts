/** Random messages of both sides, for round trips and as seeds of mutation. */
import type { Prng } from '@tickbase/base';
import type { ClientItem, ClientMessage } from '../client/client-message.ts';
import type { Section, Welcome, WireSchema } from '../server/section.ts';
import { randomTable } from './random-piece.ts';
import { randomType } from './random-values.ts';

export function randomClientMessage(prng: Prng): ClientMessage {
  const items: ClientItem[] = Array.from({ length: prng.int(0, 5) }, () => randomItem(prng));
  if (prng.int(0, 2) === 0) {
    items.unshift({
      kind: 'hello',
      protocolVersion: prng.int(0, 3),
      token: text(prng),
      confirmed: prng.int(0, 1) === 0,
      schemaHash: text(prng),
      resume:
        prng.int(0, 1) === 0
          ? null
          : {
              epoch: text(prng),
              connectionId: prng.bigint(0n, 2n ** 128n - 1n),
              resumeToken: text(prng),
              lastTick: prng.int(0, 2 ** 53 - 1),
            },
      resultsSeen: prng.u32(),
      bytesPerSecond: prng.int(0, 1) === 0 ? 0 : prng.u32(),
    });
  }
  return { receiptTick: prng.int(0, 2 ** 53 - 1), items };
}

function randomItem(prng: Prng): ClientItem {
  switch (prng.int(0, 4)) {
    case 0:
    case 1:
      return { kind: 'call', sequence: prng.u32(), reducerId: prng.int(0, 300), args: bytes(prng) };
    case 2:
      return {
        kind: 'subscribe',
        querySetId: prng.u32(),
        queries: Array.from({ length: prng.int(0, 4) }, () => text(prng)),
      };
    case 3:
      return prng.int(0, 1) === 0
        ? { kind: 'unsubscribe', querySetId: prng.u32() }
        : { kind: 'query', requestId: prng.u32(), query: text(prng) };
    default:
      return { kind: 'goodbye' };
  }
}

export function randomSection(prng: Prng): Section {
  const some = <T>(make: () => T): T[] => (prng.int(0, 2) === 0 ? Array.from({ length: prng.int(1, 4) }, make) : []);
  return {
    head: {
      tick: prng.int(1, 2 ** 53 - 1),
      durableTick: prng.int(0, 2 ** 53 - 1),
      serverTimeUs: prng.bigint(-(2n ** 63n), 2n ** 63n - 1n),
      callsProcessed: prng.u32(),
      timeScale: prng.pick([1, 0.5, Math.fround(0.3)]),
      flags: prng.int(0, 3),
    },
    welcome:
      prng.int(0, 4) !== 0
        ? null
        : withPast({
            protocolVersion: prng.int(1, 9),
            epoch: text(prng),
            database: text(prng),
            identity: prng.bigint(0n, 2n ** 256n - 1n),
            connectionId: prng.bigint(0n, 2n ** 128n - 1n),
            token: text(prng),
            resumeToken: text(prng),
            isResumed: prng.int(0, 1) === 0,
            resumeGraceMs: prng.u32(),
            tickRate: prng.int(0, 240),
            schemaHash: text(prng),
            schema: prng.int(0, 1) === 0 ? null : randomSchema(prng),
            pastCallsProcessed: null,
          }),
    results: some(() => ({
      sequence: prng.u32(),
      status: prng.pick(['committed', 'refused', 'failed'] as const),
      code: prng.pick(['', 'NOT_ENOUGH_GOLD']),
      message: text(prng),
      tick: prng.int(0, 2 ** 53 - 1),
    })),
    watches: some(() => ({
      handle: prng.u32(),
      tableId: prng.int(0, 900),
      partitioning: prng.u32(),
      cell:
        prng.int(0, 1) === 0
          ? null
          : { space: prng.u32(), cellX: prng.int(-(2 ** 31), 2 ** 31 - 1), cellY: prng.int(-9, 9) },
      isExact: prng.int(0, 1) === 0,
    })),
    unwatches: some(() => prng.u32()),
    ownRows: some(() => ({ tableId: prng.int(0, 900), slot: prng.u32(), row: bytes(prng) })),
    applied: some(() => prng.u32()),
    ended: some(() => prng.u32()),
    subscriptionErrors: some(() => ({ querySetId: prng.u32(), code: text(prng), message: text(prng) })),
    queryAnswers: some(() => ({
      requestId: prng.u32(),
      code: prng.pick(['', 'SQL_SYNTAX']),
      message: text(prng),
      tableId: prng.int(0, 900),
      rows: Array.from({ length: prng.int(0, 4) }, () => bytes(prng)),
    })),
  };
}

/** Takes nothing from the generator: what is drawn after it stays the same. */
function withPast(welcome: Welcome): Welcome {
  return { ...welcome, pastCallsProcessed: [null, 0, welcome.resumeGraceMs][welcome.tickRate % 3]! };
}

export function randomSchema(prng: Prng): WireSchema {
  return {
    tables: Array.from({ length: prng.int(0, 3) }, () => {
      const table = randomTable(prng);
      table.isEvent = prng.int(0, 3) === 0;
      table.primaryKey = prng.pick([null, [0], [0, table.columns.length - 1]]);
      if (table.spatial === null && prng.int(0, 2) === 0) table.spatial = { kind: 'follows', column: 0, table: 'body' };
      return table;
    }),
    reducers: Array.from({ length: prng.int(0, 3) }, (_, i) => ({
      id: 40 + i,
      name: text(prng),
      params: Array.from({ length: prng.int(0, 3) }, (_, place) => ({ name: `p${place}`, type: randomType(prng, 2) })),
    })),
  };
}

function text(prng: Prng): string {
  return prng.pick(['', 'a', 'select * from body', 'Zoë 漢字 😀', 'x'.repeat(prng.int(1, 70))]);
}

function bytes(prng: Prng): Uint8Array {
  return Uint8Array.from({ length: prng.int(0, 40) }, () => prng.int(0, 255));
}
