import { Identity } from '@tickbase/schema/values';
import { expect, test } from 'vitest';
import { BOAT_TABLE_ID, harbourSchema } from '../testing/harbour.ts';
import { codeOf, follow, openHarbour } from '../testing/open-harbour.ts';
import { pieceOf } from '../testing/piece-of.ts';

const BOAT = harbourSchema().tables[1]!;
const WATCH = { handle: 11, tableId: BOAT_TABLE_ID, partitioning: 3, cell: null, isExact: true };
const COMMITTED = { status: 'committed', code: '', message: '', tick: 42 } as const;

function boats(watch: typeof WATCH, ...boatsThere: [name: number, slot: number, id: bigint, x: number][]): Uint8Array {
  const enters = boatsThere.map(([name, slot, id, x]) => ({
    name,
    slot,
    row: { hull: 'oak', id, captain: new Identity(id + 1000n), kind: 3, pos_x: x, name: 'Ada' },
  }));
  return pieceOf({ watch, table: BOAT, flags: 1, enters });
}

test('a dropped link is resumed: the cache stays, what was missed arrives as one update, and nobody hears of the gap', () => {
  const { connection, environment, server, story } = openHarbour();
  const heard: string[] = [];
  connection.db.boat.onInsert((_context, row) => heard.push(`insert ${row.id}`));
  connection.db.boat.onUpdate((_context, before, after) => heard.push(`update ${before.posX}>${after.posX}`));
  connection.db.boat.onDelete((_context, row) => heard.push(`delete ${row.id}`));
  const handle = connection.subscriptionBuilder().subscribe('SELECT * FROM boat');
  server.accept();
  server.read();
  server.send({ watches: [WATCH], pieces: [boats(WATCH, [5, 9, 70n, 2])], applied: [1] });
  const lastTick = server.tick;
  environment.socket.lost();
  expect(connection.isActive).toBe(false);
  expect(connection.db.boat.count()).toBe(1n);
  environment.advance(249);
  expect(environment.sockets).toHaveLength(1);
  environment.advance(1);
  expect(environment.sockets).toHaveLength(2);
  const piece = pieceOf({ watch: WATCH, table: BOAT, flags: 4, updates: [{ name: 5, row: { pos_x: 7 } }] });
  const hello = server.accept(
    { isResumed: true, resumeToken: 'resume-2', schema: null },
    { pieces: [piece], head: { flags: 1 } },
  );
  expect(hello).toMatchObject([
    {
      kind: 'hello',
      token: 'token-of-51',
      schemaHash: server.welcome().schemaHash,
      resume: { epoch: '00c0ffee00c0ffee', connectionId: 0x77n, resumeToken: 'resume-1', lastTick },
    },
  ]);
  expect(heard).toEqual(['insert 70', 'update 2>7']);
  expect(server.readItems()).toEqual([]);
  expect(handle.isActive()).toBe(true);
  expect(story).toEqual(['connecting', 'live', 'connect 81 token-of-51', 'resuming', 'live']);
});

test('after a resume, calls without an answer are sent again under their numbers, and new ones follow', async () => {
  const { connection, environment, server } = openHarbour();
  server.accept();
  const answered = follow(connection.reducers.soundHorn());
  const open = follow(connection.reducers.renameBoat({ boatId: 70n, name: 'Eve' }));
  server.read();
  server.send({ results: [{ sequence: 1, ...COMMITTED }] });
  environment.socket.lost();
  const offline = follow(connection.reducers.soundHorn());
  environment.advance(250);
  const [hello] = server.accept({ isResumed: true });
  expect(hello).toMatchObject({ resultsSeen: 1 });
  expect(server.readItems()).toMatchObject([
    { kind: 'call', sequence: 2, reducerId: 64 },
    { kind: 'call', sequence: 3, reducerId: 68 },
  ]);
  server.send({
    results: [
      { sequence: 2, ...COMMITTED },
      { sequence: 3, ...COMMITTED },
    ],
  });
  expect([await answered.state(), await open.state(), await offline.state()]).toEqual([
    'resolved',
    'resolved',
    'resolved',
  ]);
});

test('a result that comes with the resume is not asked for again', async () => {
  const { connection, environment, server } = openHarbour();
  server.accept();
  const call = follow(connection.reducers.soundHorn());
  server.read();
  environment.socket.lost();
  environment.advance(250);
  server.accept({ isResumed: true }, { results: [{ sequence: 1, ...COMMITTED }] });
  expect(server.readItems()).toEqual([]);
  expect(await call.state()).toBe('resolved');
});

test('after a crash calls that the server had processed settle as such, and the others are sent anew, once and in order', async () => {
  const { connection, environment, server } = openHarbour();
  server.accept();
  const answered = follow(connection.reducers.soundHorn());
  const over = follow(connection.reducers.soundHorn());
  server.read();
  server.send({ results: [{ sequence: 1, ...COMMITTED }] });
  const args = { boatId: 70n, name: 'Eve' };
  const again = follow(connection.reducers.renameBoat(args));
  const last = follow(connection.reducers.soundHorn());
  const [rename] = server.readItems();
  args.name = 'Ida';
  environment.socket.lost();
  const unsent = follow(connection.reducers.soundHorn());
  environment.advance(250);
  const past = { isResumed: false, epoch: '00000000deadbeef', connectionId: 0x99n, resumeToken: 'resume-9' };
  server.accept({ ...past, pastCallsProcessed: 2 });
  expect([await answered.state(), await over.state()]).toEqual(['resolved', 'CALL_RESULT_LOST']);
  const sent = server.readItems();
  expect(sent).toMatchObject([
    { kind: 'call', sequence: 1, reducerId: 64 },
    { kind: 'call', sequence: 2, reducerId: 68 },
    { kind: 'call', sequence: 3, reducerId: 68 },
  ]);
  expect((sent[0] as { args: Uint8Array }).args).toEqual((rename as { args: Uint8Array }).args);

  // The link breaks before their results come: a resume now, as of any session.
  server.send({ results: [{ sequence: 1, ...COMMITTED }] });
  environment.socket.lost();
  environment.advance(250);
  const [hello] = server.accept({ isResumed: true });
  expect(hello).toMatchObject({ resultsSeen: 1, resume: { connectionId: 0x99n, resumeToken: 'resume-9' } });
  expect(server.readItems()).toMatchObject([{ sequence: 2 }, { sequence: 3 }]);
  server.send({
    results: [
      { sequence: 2, ...COMMITTED },
      { sequence: 3, status: 'refused', code: 'SENDER_ERROR', message: 'not now', tick: 44 },
    ],
  });
  expect([await again.state(), await last.state(), await unsent.state()]).toEqual([
    'resolved',
    'resolved',
    'SENDER_ERROR',
  ]);
});

test('a server that had processed none of the calls gets all of them; two crashes in a row lose none', async () => {
  const { connection, environment, server } = openHarbour();
  server.accept();
  const calls = [1, 2, 3].map(() => follow(connection.reducers.soundHorn()));
  server.read();
  for (const [life, processed] of [0, 1].entries()) {
    environment.socket.lost();
    environment.advance(250);
    server.accept({ epoch: `000000000000000${life}`, connectionId: BigInt(life), pastCallsProcessed: processed });
    expect(server.readItems().map((item) => 'sequence' in item && item.sequence)).toEqual(
      Array.from({ length: 3 - processed }, (_, i) => i + 1),
    );
  }
  server.send({
    results: [
      { sequence: 1, ...COMMITTED },
      { sequence: 2, ...COMMITTED },
    ],
  });
  const states = await Promise.all(calls.map((call) => call.state()));
  expect(states).toEqual(['CALL_RESULT_LOST', 'resolved', 'resolved']);
});

test('in a new session the sent calls settle as unknown, the unsent ones are sent, and the cache heals by true differences', async () => {
  const { connection, environment, server, story } = openHarbour();
  const heard: string[] = [];
  connection.db.boat.onInsert((_context, row) => heard.push(`insert ${row.id}`));
  connection.db.boat.onUpdate((_context, before, after) => heard.push(`update ${before.posX}>${after.posX}`));
  connection.db.boat.onDelete((_context, row) => heard.push(`delete ${row.id}`));
  let appliedCount = 0;
  const handle = connection
    .subscriptionBuilder()
    .onApplied(() => appliedCount++)
    .subscribe('SELECT * FROM boat');
  server.accept();
  server.read();
  const pieces = [boats(WATCH, [5, 9, 70n, 2], [6, 8, 71n, 3], [7, 7, 72n, 4])];
  server.send({ watches: [WATCH], pieces, applied: [1] });
  heard.length = 0;
  const same = connection.db.boat.id.find(70n);
  const sent = follow(connection.reducers.soundHorn());
  server.read();
  environment.socket.lost();
  const unsent = follow(connection.reducers.soundHorn());
  environment.advance(250);
  server.accept({ isResumed: false, epoch: '00000000deadbeef', connectionId: 0x99n });
  expect(await sent.state()).toBe('CALL_OUTCOME_UNKNOWN');
  expect(server.readItems()).toMatchObject([
    { kind: 'subscribe', querySetId: 1 },
    { kind: 'call', sequence: 1, reducerId: 68 },
  ]);
  expect(connection.db.boat.count()).toBe(3n);
  const anew = { ...WATCH, handle: 4, partitioning: 1 };
  server.send({
    watches: [anew],
    pieces: [boats(anew, [0, 1, 70n, 2], [1, 2, 71n, 9])],
    applied: [1],
    results: [{ sequence: 1, ...COMMITTED }],
  });
  expect(await unsent.state()).toBe('resolved');
  expect(heard).toEqual(['update 3>9', 'delete 72']);
  expect(connection.db.boat.id.find(70n)).toBe(same);
  expect(connection.connectionId?.__connection_id__).toBe(0x99n);
  expect([handle.isActive(), appliedCount]).toEqual([true, 1]);
  expect(story.at(-1)).toBe('live');
});

test('a resume that the server has given up goes on as a new session', () => {
  const { environment, server, story } = openHarbour();
  server.accept();
  environment.socket.lost();
  environment.advance(250);
  environment.socket.opened();
  environment.socket.lost(4010, 'gone');
  environment.advance(10_000);
  expect(server.accept()).toMatchObject([{ kind: 'hello', resume: null }]);
  expect(story.slice(3)).toEqual(['resuming', 'live']);
});

test('questions without an answer are asked again under their names', () => {
  const { connection, environment, server } = openHarbour();
  server.accept();
  const leaving = connection.subscriptionBuilder().subscribe('SELECT * FROM note');
  connection.subscriptionBuilder().subscribe('SELECT * FROM boat');
  void connection.query('SELECT * FROM horn');
  server.read();
  server.send({ applied: [1] });
  leaving.unsubscribe();
  server.read();
  environment.socket.lost();
  connection.subscriptionBuilder().subscribe('SELECT * FROM horn');
  environment.advance(250);
  server.accept({ isResumed: true });
  expect(server.readItems()).toEqual([
    { kind: 'unsubscribe', querySetId: 1 },
    { kind: 'subscribe', querySetId: 2, queries: ['SELECT * FROM boat'] },
    { kind: 'subscribe', querySetId: 3, queries: ['SELECT * FROM horn'] },
    { kind: 'query', requestId: 1, query: 'SELECT * FROM horn' },
  ]);
  server.send({ applied: [2, 3], subscriptionErrors: [{ querySetId: 1, code: 'UNKNOWN_QUERY_SET', message: '' }] });
  expect(leaving.isEnded()).toBe(true);
});

test('attempts double their distance to ten seconds, and a wake-up tries at once', () => {
  const { environment, server } = openHarbour();
  server.accept({ resumeGraceMs: 600_000 });
  environment.socket.lost();
  const waits: number[] = [];
  for (let i = 0; i < 8; i++) {
    const before = environment.nowMs();
    const { length } = environment.sockets;
    while (environment.sockets.length === length) environment.advance(50);
    waits.push(environment.nowMs() - before);
    environment.socket.lost();
  }
  expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  const { length } = environment.sockets;
  environment.wakeUp();
  expect(environment.sockets).toHaveLength(length + 1);
  server.accept({ isResumed: true });
  environment.socket.lost();
  environment.advance(250);
  expect(environment.sockets).toHaveLength(length + 2);
});

test.each([
  { reason: 'RESTARTING: the server is going down; come back in 3000 ms', random: 0, waitMs: 3000 + 125 },
  { reason: 'RESTARTING: the server is going down; come back in 3000 ms', random: 0.5, waitMs: 3750 + 187.5 },
  { reason: 'RESTARTING: the server is going down; come back in 3000 ms', random: 1, waitMs: 4500 + 250 },
  { reason: 'RESTARTING: come back in 900000 ms', random: 0, waitMs: 60_000 + 125 },
  { reason: 'RESTARTING: machine 17 is going down', random: 1, waitMs: 250 },
  { reason: 'TOO_MANY_JOINS: 13 clients wait, 5 s in all; come back in 2167 ms', random: 0, waitMs: 2167 + 125 },
  { reason: '', random: 1, waitMs: 250 },
])('after "$reason" a client with chance $random stays away for $waitMs ms', ({ reason, random, waitMs }) => {
  const { environment, server } = openHarbour();
  server.accept({ resumeGraceMs: 600_000 });
  environment.randomValue = random;
  environment.socket.lost(reason.startsWith('TOO_MANY') ? 4104 : 4101, reason);
  environment.advance(waitMs - 1);
  expect(environment.sockets).toHaveLength(1);
  environment.advance(1);
  expect(environment.sockets).toHaveLength(2);
});

test('when the network comes back, a link that seems to stand is given up at once and resumed', () => {
  const { connection, environment, server, story } = openHarbour();
  server.accept();
  const { socket } = environment;
  environment.wakeUp(false);
  expect(connection.state).toBe('live');
  environment.wakeUp(true);
  expect(socket.closedBy?.code).toBe(3008);
  expect(connection.state).toBe('resuming');
  environment.advance(250);
  expect(server.accept({ isResumed: true, schema: null })).toMatchObject([
    { kind: 'hello', resume: { connectionId: 0x77n } },
  ]);
  expect(story).toEqual(['connecting', 'live', 'connect 81 token-of-51', 'resuming', 'live']);
});

test('a client that is asked to wait for its turn has not failed: it comes back until it is let in', () => {
  const { environment, server, story } = openHarbour();
  for (const reason of ['TOO_MANY_JOINS: come back in 2000 ms', 'RESTARTING: come back in 3000 ms']) {
    const { length } = environment.sockets;
    environment.socket.lost(reason.startsWith('TOO_MANY') ? 4104 : 4101, reason);
    environment.advance(5000);
    expect(environment.sockets).toHaveLength(length + 1);
  }
  expect(story).toEqual(['connecting']);
  server.accept();
  expect(story).toEqual(['connecting', 'live', 'connect 81 token-of-51']);
});

test('when the grace time is over every call settles, new ones are refused, and the client still comes back', async () => {
  const { connection, environment, server, story } = openHarbour();
  server.accept({ resumeGraceMs: 5000 });
  const sent = follow(connection.reducers.soundHorn());
  server.read();
  environment.socket.lost();
  const unsent = follow(connection.reducers.soundHorn());
  const query = follow(connection.query('SELECT * FROM note'));
  environment.advance(5000);
  expect([await sent.state(), await unsent.state(), await query.state()]).toEqual([
    'CALL_OUTCOME_UNKNOWN',
    'CALL_NOT_SENT',
    'CONNECTION_LOST',
  ]);
  expect(await follow(connection.reducers.soundHorn()).state()).toBe('CALL_NOT_SENT');
  expect(await follow(connection.query('SELECT * FROM note')).state()).toBe('CONNECTION_LOST');
  environment.socket.lost();
  environment.advance(10_000);
  expect(server.accept()).toMatchObject([{ kind: 'hello', resume: null, resultsSeen: 0 }]);
  void connection.reducers.soundHorn();
  expect(server.readItems()).toMatchObject([{ kind: 'call', sequence: 1 }]);
  expect(story.slice(3)).toEqual(['resuming', 'live']);
});

test('a resume that is granted when the client has given it up is not taken for a new session', async () => {
  const { connection, environment, server, story } = openHarbour();
  server.accept({ resumeGraceMs: 5000 });
  environment.socket.lost();
  environment.advance(4900);
  environment.socket.opened();
  expect(server.readItems()).toMatchObject([{ kind: 'hello', resume: { resumeToken: 'resume-1' } }]);
  const late = environment.socket;
  environment.advance(100);
  expect(late.closedBy).not.toBeNull();
  late.receive(new Uint8Array(8));
  late.lost();
  environment.advance(10_000);
  expect(environment.socket).not.toBe(late);
  expect(server.accept()).toMatchObject([{ kind: 'hello', resume: null }]);
  const call = follow(connection.reducers.soundHorn());
  expect(server.readItems()).toMatchObject([{ kind: 'call', sequence: 1 }]);
  server.send({ results: [{ sequence: 1, ...COMMITTED }] });
  expect(await call.state()).toBe('resolved');
  expect(story.slice(3)).toEqual(['resuming', 'live']);
});

test('a final code ends the connection once; so does any drop without reconnection', () => {
  const banned = openHarbour();
  banned.server.accept();
  banned.environment.socket.lost(4005, 'spam');
  banned.environment.advance(60_000);
  expect(banned.story.slice(3)).toEqual(['closed', 'disconnect CLOSED_BY_SERVER']);
  expect(banned.environment.sockets).toHaveLength(1);

  const once = openHarbour((builder) => builder.withReconnect(false));
  once.server.accept();
  once.environment.socket.lost();
  once.environment.advance(60_000);
  expect(once.story.slice(3)).toEqual(['closed', 'disconnect CONNECTION_LOST']);
  expect(once.environment.timerCount).toBe(0);
});

test('a message that cannot be read ends the session, not the connection', () => {
  const { connection, environment, server, story } = openHarbour();
  connection.subscriptionBuilder().subscribe('SELECT * FROM boat');
  server.accept();
  server.send({ watches: [WATCH], pieces: [boats(WATCH, [5, 9, 70n, 2])], applied: [1] });
  server.send({ pieces: [boats({ ...WATCH, handle: 99 }, [5, 9, 70n, 3])] });
  expect(environment.reported.map(codeOf)).toEqual(['UNKNOWN_PARTITION']);
  expect(environment.socket.closedBy).not.toBeNull();
  environment.advance(250);
  expect(server.accept()).toMatchObject([{ kind: 'hello', resume: null }]);
  expect(server.readItems()).toMatchObject([{ kind: 'subscribe', querySetId: 1 }]);
  expect(story.slice(3)).toEqual(['resuming', 'live']);
});

test('what a section changed before it broke off is told, for the cache has it', () => {
  const { connection, environment, server } = openHarbour();
  connection.subscriptionBuilder().subscribe('SELECT * FROM boat');
  server.accept();
  server.send({ watches: [WATCH], pieces: [boats(WATCH, [5, 9, 70n, 2])], applied: [1] });
  const told: number[] = [];
  connection.db.boat.onUpdate((_context, before, after) => told.push(before.posX, after.posX));
  server.send({ pieces: [boats(WATCH, [5, 9, 70n, 3]), boats({ ...WATCH, handle: 99 }, [5, 9, 70n, 4])] });
  expect(connection.db.boat.id.find(70n)?.posX).toBe(3);
  expect(told).toEqual([2, 3]);
  environment.advance(250);
  server.accept();
  server.send({ watches: [WATCH], pieces: [boats(WATCH, [5, 9, 70n, 3])], applied: [1] });
  expect(told).toEqual([2, 3]);
});

test('a module that no longer fits ends the connection when the client comes back', () => {
  const { environment, server, story } = openHarbour();
  server.accept();
  environment.socket.lost();
  environment.advance(250);
  const schema = harbourSchema();
  schema.reducers.pop();
  server.accept({ schema, schemaHash: 'fedcba9876543210' });
  expect(story.slice(3)).toEqual(['resuming', 'closed', 'disconnect SCHEMA_MISMATCH']);
});

test('disconnect while resuming ends it, and a socket that was given up is not heard any more', () => {
  const { connection, environment, server, story } = openHarbour();
  server.accept();
  const old = environment.socket;
  old.lost();
  connection.disconnect();
  environment.advance(60_000);
  old.receive(new Uint8Array(3));
  old.lost();
  expect(story.slice(3)).toEqual(['resuming', 'closed', 'disconnect']);
  expect(environment.sockets).toHaveLength(1);
});

test('wherever the link drops, every promise settles and no call has two numbers in one session', async () => {
  // Steps of a life: the link is cut before each of them in turn, and again after the resume.
  for (let firstCut = 0; firstCut <= 7; firstCut++) {
    for (let secondCut = 0; secondCut <= 7; secondCut++) {
      for (const isResumed of [true, false]) {
        const { connection, environment, server } = openHarbour();
        const followed: { state(): Promise<string> }[] = [];
        const numbers = new Set<number>();
        let ranCount = 0;
        const answer = (): void => {
          const results = server
            .readItems()
            .filter((item) => item.kind === 'call')
            .map(({ sequence }) => ({ sequence, status: 'committed' as const, code: '', message: '', tick: 42 }));
          for (const { sequence } of results)
            if (!numbers.has(sequence)) ranCount += numbers.add(sequence).size > 0 ? 1 : 0;
          if (results.length > 0) server.send({ results });
        };
        const steps: (() => void)[] = [
          () => server.accept(),
          () => followed.push(follow(connection.reducers.soundHorn())),
          () => environment.settle(),
          answer,
          () => followed.push(follow(connection.reducers.renameBoat({ boatId: 70n, name: 'Eve' }))),
          () => followed.push(follow(connection.query('SELECT * FROM note'))),
          answer,
        ];
        let isUp = false;
        const cut = (): void => {
          if (!isUp) return;
          environment.socket.lost();
          environment.advance(20_000);
          server.accept({ isResumed });
          if (!isResumed) numbers.clear();
        };
        steps.forEach((step, i) => {
          if (i === firstCut) cut();
          step();
          isUp = true;
          if (i === secondCut) cut();
        });
        answer();
        connection.disconnect();
        environment.settle();
        for (const { state } of followed) expect(await state()).not.toBe('pending');
        expect(ranCount).toBeLessThanOrEqual(2);
      }
    }
  }
});
