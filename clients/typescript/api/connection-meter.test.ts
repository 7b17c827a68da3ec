import { expect, test } from 'vitest';
import { BOAT_TABLE_ID, harbourSchema } from '../testing/harbour.ts';
import { openHarbour } from '../testing/open-harbour.ts';
import { pieceOf } from '../testing/piece-of.ts';
import { ConnectionMeter } from './connection-meter.ts';

const BOAT = harbourSchema().tables[1]!;
const WATCH = { handle: 11, tableId: BOAT_TABLE_ID, partitioning: 3, cell: null, isExact: true };
const RESULT = { status: 'committed', code: '', message: '', tick: 42 } as const;

function openMetered(): ReturnType<typeof openHarbour> & { meter: ConnectionMeter } {
  let clock = { nowMs: () => 0 };
  const meter = new ConnectionMeter(() => clock.nowMs());
  const opened = openHarbour((builder) => builder.withMeter(meter));
  clock = opened.environment;
  return { ...opened, meter };
}

test('bytes are counted as they pass, those of rows by table', () => {
  const { connection, environment, server, meter } = openMetered();
  connection.subscriptionBuilder().subscribe('SELECT * FROM boat');
  server.accept();
  server.read();
  expect(meter.bytesSent).toBe(environment.socket.sent.reduce((sum, { length }) => sum + length, 0));
  const before = meter.bytesReceived;
  expect(before).toBeGreaterThan(0);
  const row = { hull: 'oak', id: 7n, captain: { __identity__: 3n }, kind: 3, pos_x: 2, name: 'Ada' };
  const piece = pieceOf({ watch: WATCH, table: BOAT, flags: 1, enters: [{ name: 5, slot: 9, row }] });
  server.send({ watches: [WATCH], pieces: [piece], applied: [1] });
  server.send({});
  expect([...meter.bytesByTable]).toEqual([['boat', piece.length]]);
  expect(meter.bytesReceived).toBeGreaterThan(before + piece.length);
});

test('the round trip is the shortest of the last ones, from handshakes and calls', () => {
  const { connection, environment, server, meter } = openMetered();
  expect(meter.roundTripMs).toBeUndefined();
  environment.socket.opened();
  environment.advance(80);
  server.send({ welcome: server.welcome() });
  expect(meter.roundTripMs).toBe(80);
  void connection.reducers.soundHorn();
  void connection.reducers.soundHorn();
  environment.settle();
  environment.advance(30);
  server.send({ results: [{ sequence: 1, ...RESULT }], head: { callsProcessed: 1 } });
  expect(meter.roundTripMs).toBe(80);
  environment.advance(5);
  server.send({ results: [{ sequence: 2, ...RESULT }], head: { callsProcessed: 2 } });
  expect(meter.roundTripMs).toBe(35);
  for (let sequence = 3; sequence < 19; sequence++) {
    void connection.reducers.soundHorn();
    environment.settle();
    environment.advance(60);
    server.send({ results: [{ sequence, ...RESULT }], head: { callsProcessed: sequence } });
  }
  expect(meter.roundTripMs).toBe(60);
});

test('a dropped link leaves no round trip behind that took as long as the gap', () => {
  const { connection, environment, server, meter } = openMetered();
  environment.socket.opened();
  environment.advance(20);
  server.send({ welcome: server.welcome() });
  void connection.reducers.soundHorn();
  environment.settle();
  environment.socket.lost();
  environment.advance(1000);
  environment.socket.opened();
  environment.advance(10);
  const welcome = { ...server.welcome(), isResumed: true, schema: null };
  server.send({ welcome, results: [{ sequence: 1, ...RESULT }], head: { callsProcessed: 1 } });
  expect(meter.roundTripMs).toBe(10);
});

test('the clock of the server is told by what arrives quickest, and goes on between messages', () => {
  const { environment, server, meter } = openMetered();
  expect(meter.serverTimeMs).toBeUndefined();
  const startMs = environment.nowMs();
  /** A server that is 5 s ahead; its section takes so long to come. */
  const section = (delayMs: number): { serverTimeUs: bigint } => ({
    serverTimeUs: BigInt((environment.nowMs() + 5000 - delayMs) * 1000),
  });
  environment.socket.opened();
  environment.advance(20);
  server.send({ welcome: server.welcome(), head: section(40) });
  expect(meter.serverTimeMs).toBe(environment.nowMs() + 5000 - 40 + 10);
  server.send({ head: section(10) }, { head: section(30) });
  expect(meter.serverTimeMs).toBe(environment.nowMs() + 5000);
  environment.advance(500);
  expect(meter.serverTimeMs).toBe(startMs + 520 + 5000);
  // What was quick a minute ago counts no more: clocks drift.
  for (const delayMs of [12, 14, 16]) {
    environment.advance(31_000);
    server.send({ head: section(delayMs) });
  }
  expect(meter.serverTimeMs).toBe(environment.nowMs() + 5000 - 14 + 10);
});
