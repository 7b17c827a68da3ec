import { PROTOCOL_VERSION, SECTION_AREA_READY } from '@tickbase/protocol';
import { Identity, Range } from '@tickbase/schema/values';
import { expect, test, vi } from 'vitest';
import { FakeEnvironment } from '../testing/fake-environment.ts';
import { BOAT_TABLE_ID, harbourSchema, HORN_TABLE_ID, NOTE_TABLE_ID } from '../testing/harbour.ts';
import { codeOf, follow, harbourBuilder, openHarbour } from '../testing/open-harbour.ts';
import { pieceOf } from '../testing/piece-of.ts';

const SCHEMA = harbourSchema();
const [, BOAT, NOTE, HORN] = SCHEMA.tables;
const WATCH = { handle: 11, tableId: BOAT_TABLE_ID, partitioning: 3, cell: null, isExact: true };

function boat(id: bigint, x: number, name = 'Ada', kind = 3): Record<string, unknown> {
  return { hull: 'oak', id, captain: new Identity(id + 1000n), kind, pos_x: x, name };
}

function boats(...enters: { name: number; slot: number; row: Record<string, unknown> }[]): Uint8Array {
  return pieceOf({ watch: WATCH, table: BOAT as NonNullable<typeof BOAT>, flags: 1, enters });
}

test('the handshake goes to the database over the subprotocol, with the token in the first message', () => {
  const { connection, environment, server, story } = openHarbour((builder) => builder.withToken('mine'));
  expect(environment.socket.url).toBe('ws://127.0.0.1:3000/v1/database/harbour/subscribe');
  expect(environment.socket.protocol).toBe('tickbase.1');
  expect(connection.isActive).toBe(false);
  const items = server.accept();
  expect(items).toEqual([
    {
      kind: 'hello',
      protocolVersion: PROTOCOL_VERSION,
      token: 'mine',
      confirmed: true,
      schemaHash: '',
      resume: null,
      resultsSeen: 0,
      bytesPerSecond: 0,
    },
  ]);
  expect(story).toEqual(['connecting', 'live', 'connect 81 token-of-51']);
  expect(connection.isActive).toBe(true);
  expect(connection.identity?.__identity__).toBe(0x51n);
  expect(connection.connectionId?.__connection_id__).toBe(0x77n);
  expect(connection.token).toBe('token-of-51');
});

test('calls made in one turn travel in one message, and each promise settles with its own result', async () => {
  const { connection, server } = openHarbour();
  const early = follow(connection.reducers.soundHorn());
  server.accept();
  expect(server.readItems()).toMatchObject([{ kind: 'call', sequence: 1, reducerId: 68 }]);
  const first = follow(connection.reducers.renameBoat({ boatId: 70n, name: 'Eve' }));
  const second = follow(connection.reducers.renameBoat({ boatId: 71n, name: 'Ann' }));
  const messages = server.read();
  expect(messages).toHaveLength(1);
  expect(messages[0]?.items).toMatchObject([
    { kind: 'call', sequence: 2, reducerId: 64 },
    { kind: 'call', sequence: 3, reducerId: 64 },
  ]);
  expect(messages[0]?.receiptTick).toBe(server.tick);
  server.send({
    results: [
      { sequence: 1, status: 'committed', code: '', message: '', tick: 42 },
      { sequence: 2, status: 'refused', code: 'SENDER_ERROR', message: 'not yours', tick: 42 },
      { sequence: 3, status: 'failed', code: 'INTERNAL_ERROR', message: 'it broke', tick: 42 },
    ],
  });
  expect(await early.state()).toBe('resolved');
  expect(await first.state()).toBe('SENDER_ERROR');
  expect(await second.state()).toBe('INTERNAL_ERROR');
});

test('arguments that do not fit reject the call and are not sent', async () => {
  const { connection, server } = openHarbour();
  server.accept();
  const call = follow(connection.reducers.renameBoat({ boatId: -1n, name: 'Eve' }));
  expect(server.readItems()).toEqual([]);
  expect(await call.state()).toMatch(/^VALUE_/);
  await expect(connection.reducers.renameBoat({ boatId: 70n } as never)).rejects.toMatchObject({
    code: 'VALUE_TYPE',
    where: 'reducer rename_boat, args.name',
  });
  await expect(connection.reducers.renameBoat(7 as never)).rejects.toMatchObject({
    code: 'VALUE_TYPE',
    where: 'reducer rename_boat, args',
  });
});

test('an argument that nothing is known of, or that is no finite number, is named and not sent', async () => {
  const { connection, server } = openHarbour();
  server.accept();
  const { renameBoat, soundHorn } = connection.reducers;
  await expect(renameBoat({ boatId: 70n, name: 'Eve', nmae: 'Ann' } as never)).rejects.toMatchObject({
    code: 'VALUE_TYPE',
    what: 'a value has a field nmae, which its type has not',
    where: 'reducer rename_boat, args',
  });
  await expect(soundHorn({ loudness: 3 } as never)).rejects.toMatchObject({ where: 'reducer sound_horn, args' });
  expect(server.readItems()).toEqual([]);
});

test('a refused call names its reducer, and its stack the lines that await it', async () => {
  const { connection, server } = openHarbour();
  server.accept();
  const paint = async (): Promise<void> => {
    await connection.reducers.renameBoat({ boatId: 70n, name: 'Eve' });
  };
  const painted = paint();
  server.read();
  server.send({ results: [{ sequence: 1, status: 'refused', code: 'SENDER_ERROR', message: 'no paint', tick: 42 }] });
  const error = await painted.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ message: 'no paint', code: 'SENDER_ERROR', reducer: 'renameBoat' });
  expect((error as Error).stack).toMatch(/at (async )?paint .*connection-core\.test\.ts/);
});

const answer = (sequence: number, isGood: boolean) =>
  isGood
    ? ({ sequence, status: 'committed', code: '', message: '', tick: 42 } as const)
    : ({ sequence, status: 'refused', code: 'SENDER_ERROR', message: 'no', tick: 42 } as const);

test('the calls of a connection settle in their order, refused or not, also when it ends meanwhile', async () => {
  const { connection, server } = openHarbour();
  server.accept();
  const settled: string[] = [];
  for (const name of ['one', 'two', 'three', 'four', 'five', 'six']) {
    const call = connection.reducers.renameBoat({ boatId: 70n, name });
    void (async () => {
      try {
        await call;
        settled.push(name);
      } catch (error) {
        settled.push(`${name} ${codeOf(error)}`);
      }
    })();
  }
  server.read();
  server.send({ results: [answer(1, true), answer(2, false), answer(3, true)] });
  server.send({ results: [answer(4, false), answer(5, false)] });
  connection.disconnect();
  await vi.waitFor(() => expect(settled).toHaveLength(6));
  expect(settled).toEqual([
    'one',
    'two SENDER_ERROR',
    'three',
    'four SENDER_ERROR',
    'five SENDER_ERROR',
    'six CALL_OUTCOME_UNKNOWN',
  ]);
});

test('a call that nobody awaits may be lost with its connection without an unhandled rejection; a refused one may not', async () => {
  const unhandled: string[] = [];
  const listener = (error: unknown): void => void unhandled.push(codeOf(error));
  const others = process.rawListeners('unhandledRejection') as (() => void)[];
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', listener);
  try {
    const { connection, server } = openHarbour();
    server.accept();
    void connection.reducers.soundHorn();
    void connection.reducers.soundHorn();
    server.read();
    server.send({ results: [{ sequence: 1, status: 'refused', code: 'SENDER_ERROR', message: 'hush', tick: 42 }] });
    connection.disconnect();
    void connection.reducers.soundHorn();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(unhandled).toEqual(['SENDER_ERROR']);
  } finally {
    process.removeListener('unhandledRejection', listener);
    for (const other of others) process.on('unhandledRejection', other);
  }
});

test('a promise settles after its rows are in the cache and their callbacks have run', async () => {
  const { connection, server } = openHarbour();
  server.accept();
  const order: string[] = [];
  connection.db.boat.onInsert((context, row) => {
    order.push(`${context.event.tag} ${row.name} ${connection.db.boat.count()}`);
    expect(context.event).toMatchObject({ value: { reducer: { name: 'renameBoat', args: { name: 'Eve' } } } });
  });
  const call = connection.reducers.renameBoat({ boatId: 70n, name: 'Eve' }).then(() => order.push('settled'));
  server.read();
  server.send({
    watches: [WATCH],
    pieces: [boats({ name: 5, slot: 9, row: boat(70n, 2, 'Eve') }, { name: 6, slot: 8, row: boat(71n, 3) })],
    results: [{ sequence: 1, status: 'committed', code: '', message: '', tick: 42 }],
  });
  await call;
  expect(order).toEqual(['Reducer Eve 2', 'Reducer Ada 2', 'settled']);
});

test('a subscription loads, calls back, changes and leaves', () => {
  const { connection, server } = openHarbour();
  const story: string[] = [];
  const { boat: table } = connection.db;
  table.onInsert((context, row) => story.push(`insert ${row.id} ${context.event.tag}`));
  table.onUpdate((context, before, after) => story.push(`update ${before.posX}>${after.posX} ${context.event.tag}`));
  table.onDelete((context, row) => story.push(`delete ${row.id} ${context.event.tag}`));
  const handle = connection
    .subscriptionBuilder()
    .onApplied((context) => story.push(`applied ${context.db.boat.count()} ${context.event.tag}`))
    .subscribe((tables) => [tables.boat, 'SELECT * FROM note']);
  server.accept();
  expect(server.readItems()).toEqual([
    { kind: 'subscribe', querySetId: 1, queries: ['SELECT * FROM boat', 'SELECT * FROM note'] },
  ]);
  expect([handle.isActive(), handle.isEnded()]).toEqual([false, false]);
  server.send({ watches: [WATCH], pieces: [boats({ name: 5, slot: 9, row: boat(70n, 2) })], applied: [1] });
  expect([handle.isActive(), handle.isEnded()]).toEqual([true, false]);
  const row = table.id.find(70n);
  const piece = pieceOf({ watch: WATCH, table: BOAT!, updates: [{ name: 5, row: { pos_x: 4 } }] });
  server.send({ pieces: [piece] });
  expect(table.id.find(70n)).toMatchObject({ posX: 4, name: 'Ada' });
  expect(row).toMatchObject({ posX: 2 });
  handle.unsubscribeThen((context) => story.push(`ended ${context.event.tag}`));
  expect(server.readItems()).toEqual([{ kind: 'unsubscribe', querySetId: 1 }]);
  expect(() => handle.unsubscribe()).toThrowError(/UNSUBSCRIBED_TWICE/);
  server.send({ unwatches: [11], ended: [1] });
  expect([handle.isActive(), handle.isEnded()]).toEqual([false, true]);
  expect(story).toEqual([
    'insert 70 SubscribeApplied',
    'applied 1 SubscribeApplied',
    'update 2>4 Transaction',
    'delete 70 UnsubscribeApplied',
    'ended UnsubscribeApplied',
  ]);
});

test('a refused subscription reports its code and leaves the others alone', () => {
  const { connection, server } = openHarbour();
  const errors: string[] = [];
  const builder = connection.subscriptionBuilder().onError((context, error) => {
    errors.push(`${context.event.tag} ${codeOf(error)} ${error.message}`);
  });
  const bad = builder.subscribe('SELECT * FROM boats');
  const good = connection.subscriptionBuilder().subscribeToAllTables();
  server.accept();
  expect(server.readItems()).toMatchObject([
    { querySetId: 1 },
    { querySetId: 2, queries: ['SELECT * FROM boat', 'SELECT * FROM note', 'SELECT * FROM horn'] },
  ]);
  server.send({ subscriptionErrors: [{ querySetId: 1, code: 'SQL_UNKNOWN_TABLE', message: 'no table boats' }] });
  expect([bad.isEnded(), good.isEnded()]).toEqual([true, false]);
  expect(errors).toEqual([
    expect.stringMatching(/^Error SQL_UNKNOWN_TABLE .*no table boats\n  where: SELECT \* FROM boats\n/),
  ]);
});

test('a refused subscription and a failed connection without callbacks are reported', () => {
  const { connection, environment, server } = openHarbour();
  connection.subscriptionBuilder().subscribe('SELECT * FROM boats');
  server.accept();
  server.send({ subscriptionErrors: [{ querySetId: 1, code: 'SQL_TABLE_UNKNOWN', message: 'no table boats' }] });
  expect(environment.reported.map(codeOf)).toEqual(['SQL_TABLE_UNKNOWN']);

  const silent = new FakeEnvironment();
  const builder = harbourBuilder().withUri('ws://127.0.0.1:3000').withDatabaseName('port').withEnvironment(silent);
  builder.build().subscriptionBuilder().subscribe('SELECT * FROM boat');
  silent.socket.lost();
  silent.settle();
  expect(silent.reported.map(codeOf)).toEqual(['CONNECT_FAILED']);
  expect(String(silent.reported[0])).toMatch(/mend: .*name given to withDatabaseName/);
});

test('a failed call names its reducer; the text of a refusal is the module’s own', async () => {
  const { connection, server } = openHarbour();
  server.accept();
  const errors: unknown[] = [];
  for (let call = 0; call < 3; call++) connection.reducers.soundHorn().catch((error: unknown) => errors.push(error));
  server.readItems();
  server.send({
    results: [
      { sequence: 1, status: 'refused', code: 'SENDER_ERROR', message: 'the reducer is at lunch', tick: 42 },
      { sequence: 2, status: 'failed', code: 'INTERNAL_ERROR', message: 'the reducer failed', tick: 42 },
      {
        sequence: 3,
        status: 'failed',
        code: 'CALL_STOPPED',
        message: 'the reducer ran too long and was stopped',
        tick: 42,
      },
    ],
  });
  await vi.waitFor(() => expect(errors).toHaveLength(3));
  expect(errors).toMatchObject([
    { name: 'SenderError', reducer: 'soundHorn', message: 'the reducer is at lunch' },
    { reducer: 'soundHorn', message: 'the reducer soundHorn failed; the server’s log says why' },
    {
      reducer: 'soundHorn',
      message: 'the reducer soundHorn ran too long and was stopped; the server’s log says why',
    },
  ]);
});

test('what a server would close the connection for is refused before it is sent', async () => {
  const { connection, environment, server } = openHarbour();
  server.accept();
  const errors: string[] = [];
  const builder = connection.subscriptionBuilder().onError((_context, error) => errors.push(codeOf(error)));
  const many = builder.subscribe(Array.from({ length: 65 }, () => 'SELECT * FROM boat'));
  builder.subscribe(`SELECT * FROM boat WHERE name = '${'é'.repeat(2100)}'`);
  const query = follow(connection.query(' '.repeat(5000)));
  const call = follow(connection.reducers.renameBoat({ boatId: 70n, name: 'x'.repeat(40_000) }));
  environment.settle();
  expect(errors).toEqual(['QUERY_TOO_LONG', 'QUERY_TOO_LONG']);
  expect(many.isEnded()).toBe(true);
  expect(await query.state()).toBe('QUERY_TOO_LONG');
  expect(await call.state()).toBe('CALL_TOO_LARGE');
  expect(server.readItems()).toEqual([]);
});

test('a subscription that was not sent ends without a word to the server', () => {
  const { connection, environment, server } = openHarbour();
  const handle = connection.subscriptionBuilder().subscribe('SELECT * FROM boat');
  const ended = vi.fn();
  handle.unsubscribeThen(ended);
  environment.settle();
  expect(ended).toHaveBeenCalledOnce();
  server.accept();
  expect(server.readItems()).toEqual([]);
});

test('one-off queries answer with rows, or with the code of a refusal', async () => {
  const { connection, server } = openHarbour();
  server.accept();
  const rows = connection.query('SELECT * FROM note WHERE berth = 6');
  const refused = follow(connection.query('SELECT'));
  const unknown = follow(connection.query('SELECT * FROM tide'));
  expect(server.readItems()).toMatchObject([{ kind: 'query', requestId: 1 }, { requestId: 2 }, { requestId: 3 }]);
  const row = Uint8Array.from([6, 0, 0, 0, 4, 114, 111, 112, 101]);
  server.send({
    queryAnswers: [
      { requestId: 1, code: '', message: '', tableId: NOTE_TABLE_ID, rows: [row] },
      { requestId: 2, code: 'SQL_SYNTAX', message: 'what?', tableId: 0, rows: [] },
      { requestId: 3, code: '', message: '', tableId: 23, rows: [] },
    ],
  });
  expect(await rows).toEqual([{ berth: 6, text: 'rope' }]);
  expect(await refused.state()).toBe('SQL_SYNTAX');
  expect(await unknown.state()).toBe('QUERY_TABLE_UNKNOWN');
});

test('callbacks that throw are reported and break nothing', () => {
  const { connection, environment, server } = openHarbour();
  const seen: bigint[] = [];
  connection.db.boat.onInsert(() => {
    throw new Error('mine');
  });
  connection.db.boat.onInsert((_context, row) => seen.push(row.id));
  server.accept({}, { watches: [WATCH], pieces: [boats({ name: 5, slot: 9, row: boat(70n, 2) })] });
  expect(seen).toEqual([70n]);
  expect(environment.reported).toMatchObject([{ message: 'mine' }]);
});

test('event rows reach their callbacks; tables that the generated code does not know are passed over', () => {
  const { connection, server } = openHarbour();
  const heard: string[] = [];
  connection.db.horn.onInsert((_context, row) => heard.push(`horn ${row.loudness}`));
  connection.db.horn.onMissed((_context, count) => heard.push(`missed ${count}`));
  server.accept();
  const tide = { handle: 12, tableId: 23, partitioning: 5, cell: null, isExact: true };
  const horn = { handle: 13, tableId: HORN_TABLE_ID, partitioning: 6, cell: null, isExact: true };
  server.send({
    watches: [tide, horn],
    pieces: [
      pieceOf({ watch: tide, table: SCHEMA.tables[0]!, enters: [{ name: 4, slot: 2, row: { height: 1.5 } }] }),
      pieceOf({
        watch: horn,
        table: HORN!,
        flags: 2,
        missedEvents: 3,
        enters: [{ name: 0, slot: 1, row: { loudness: 90 } }],
      }),
    ],
  });
  expect(heard.sort()).toEqual(['horn 90', 'missed 3']);
});

test('receipts: with a message that arrives, four a second at most, the last one by a timer, none when something was said', () => {
  const { connection, environment, server } = openHarbour();
  server.accept();
  expect(server.read()).toEqual([{ receiptTick: server.tick, items: [] }]);
  server.send({});
  server.send({});
  expect(server.read()).toEqual([]);
  environment.advance(250);
  expect(server.read()).toEqual([{ receiptTick: server.tick, items: [] }]);
  environment.advance(300);
  server.send({});
  expect(server.read()).toEqual([{ receiptTick: server.tick, items: [] }]);
  server.send({});
  void connection.reducers.soundHorn();
  expect(server.read()).toMatchObject([{ receiptTick: server.tick, items: [{ kind: 'call' }] }]);
  environment.advance(10_000);
  expect(server.read()).toEqual([]);
});

test('disconnect sends what waits and a goodbye, and settles everything', async () => {
  const { connection, environment, server, story } = openHarbour();
  server.accept();
  const call = follow(connection.reducers.soundHorn());
  const query = follow(connection.query('SELECT * FROM note'));
  connection.disconnect();
  expect(server.readItems()).toMatchObject([{ kind: 'call' }, { kind: 'query' }, { kind: 'goodbye' }]);
  expect(environment.socket.closedBy).toEqual({ code: 1000, reason: '' });
  expect(connection.isActive).toBe(false);
  expect(await call.state()).toBe('CALL_OUTCOME_UNKNOWN');
  expect(await query.state()).toBe('DISCONNECTED');
  expect(story.slice(2)).toEqual(['connect 81 token-of-51', 'closed', 'disconnect']);
  expect(await follow(connection.reducers.soundHorn()).state()).toBe('CALL_NOT_SENT');
  connection.disconnect();
  environment.advance(100_000);
  expect(story).toHaveLength(5);
  expect(environment.timerCount).toBe(0);
});

test('a schema that differs in what is used ends in a connect error that names the place', () => {
  const { environment, server, story } = openHarbour();
  const schema = harbourSchema();
  schema.tables[1]!.columns[3]!.type = { kind: 'string' };
  server.accept({ schema });
  expect(story).toEqual(['connecting', 'closed', 'connect error SCHEMA_MISMATCH']);
  expect(environment.socket.closedBy).not.toBeNull();
});

test('no answer, a refusal and a silent server are connect errors with codes', async () => {
  const nobody = openHarbour();
  const call = follow(nobody.connection.reducers.soundHorn());
  nobody.environment.socket.lost(1006, '', new Error('ECONNREFUSED'));
  nobody.environment.settle();
  expect(nobody.story).toEqual(['connecting', 'closed', 'connect error CONNECT_FAILED']);
  expect(await call.state()).toBe('CALL_NOT_SENT');

  const refused = openHarbour();
  refused.environment.socket.opened();
  refused.environment.socket.lost(4003, 'not today');
  refused.environment.settle();
  expect(refused.story).toEqual(['connecting', 'closed', 'connect error CONNECT_FAILED']);

  const silent = openHarbour();
  silent.environment.socket.opened();
  silent.environment.advance(20_000);
  expect(silent.story).toEqual(['connecting', 'closed', 'connect error HANDSHAKE_TIMEOUT']);
});

test('a token that the server does not take is told from all else, at first and later', () => {
  const first = openHarbour();
  first.environment.socket.opened();
  first.environment.socket.lost(4002, 'TOKEN_KEY: the token is signed by another server');
  first.environment.settle();
  expect(first.story).toEqual(['connecting', 'closed', 'connect error BAD_TOKEN']);
  expect(first.connection.error).toMatchObject({
    what: 'the server does not take this token (close code 4002, TOKEN_KEY: the token is signed by another server)',
    mend: 'give withToken another one, or none',
  });

  const later = openHarbour();
  later.server.accept();
  later.environment.socket.lost(4002, 'TOKEN_EXPIRED: it has run out');
  later.environment.settle();
  expect(codeOf(later.connection.error)).toBe('BAD_TOKEN');
});

test('with persistence a first attempt that fails is repeated until the server answers, and what waits is kept', async () => {
  const { connection, environment, server, story } = openHarbour((builder) => builder.withPersistence(true));
  const call = follow(connection.reducers.soundHorn());
  environment.socket.lost();
  environment.settle();
  expect(codeOf(connection.error)).toBe('CONNECT_FAILED');
  environment.advance(250);
  environment.socket.lost();
  environment.advance(500);
  expect(environment.sockets).toHaveLength(3);
  expect(server.accept()).toMatchObject([{ kind: 'hello', resume: null }]);
  expect(server.readItems()).toMatchObject([{ kind: 'call' }]);
  expect(await call.state()).toBe('pending');
  expect(connection.error).toBeUndefined();
  expect(story).toEqual(['connecting', 'connecting', 'connecting', 'live', 'connect 81 token-of-51']);
});

test('with persistence a refusal is the end all the same, and so is disconnect', () => {
  const refused = openHarbour((builder) => builder.withPersistence(true));
  refused.environment.socket.lost(4002, 'the token is unknown');
  refused.environment.advance(60_000);
  expect(refused.environment.sockets).toHaveLength(1);
  expect(refused.story).toEqual(['connecting', 'closed', 'connect error BAD_TOKEN']);
  expect(codeOf(refused.connection.error)).toBe('BAD_TOKEN');
  const left = openHarbour((builder) => builder.withPersistence(true));
  left.connection.onStateChange(() => left.connection.disconnect());
  left.environment.socket.lost();
  left.environment.advance(60_000);
  expect(left.environment.sockets).toHaveLength(1);
  expect(left.connection.state).toBe('closed');
});

test('state listeners of a connection can be removed', () => {
  const { connection, environment, server } = openHarbour();
  const heard: string[] = [];
  const listener = (state: string): void => void heard.push(state);
  connection.onStateChange(listener);
  server.accept();
  connection.removeOnStateChange(listener);
  environment.socket.lost();
  expect(heard).toEqual(['live']);
});

test('rows before the handshake are refused', () => {
  const { environment, server, story } = openHarbour();
  environment.socket.opened();
  server.send({});
  expect(story).toEqual(['connecting', 'closed', 'connect error UNEXPECTED_MESSAGE']);
});

test('the builder takes nothing as a token and leaves confirmed reads to their default', () => {
  const { server } = openHarbour((builder) => builder.withToken().withConfirmedReads(undefined));
  expect(server.accept()).toMatchObject([{ kind: 'hello', token: '', confirmed: true }]);
});

test('the builder asks for so many bytes a second, and for as many as there are unless told', () => {
  const asked = [undefined, 20_000.4, -7, Number.NaN, 2 ** 40].map((bytes) => {
    const { server } = openHarbour((builder) => bytes === undefined || builder.withBytesPerSecond(bytes));
    return (server.accept()[0] as { bytesPerSecond: number }).bytesPerSecond;
  });
  expect(asked).toEqual([0, 20_000, 0, 0, 0xffff_ffff]);
});

test('it is told when the cells round its centres are there, after the rows of that section', () => {
  const { connection, server } = openHarbour();
  server.accept();
  let count = 0;
  const listen = (): void => {
    count++;
  };
  connection.onAreaReady(listen);
  server.send({ head: { flags: 0 } });
  expect(count).toBe(0);
  server.send({ head: { flags: SECTION_AREA_READY } });
  expect(count).toBe(1);
  connection.removeOnAreaReady(listen);
  server.send({ head: { flags: SECTION_AREA_READY } });
  expect(count).toBe(1);
});

test('a unique btree finds one row and filters by ranges', () => {
  const { connection, server } = openHarbour();
  const rows = [5n, 8n, 70n].map((id, i) => ({ name: 5 + i, slot: 9 + i, row: boat(id, 2) }));
  server.accept({}, { watches: [WATCH], pieces: [boats(...rows)] });
  const { id } = connection.db.boat;
  expect(id.find(8n)?.id).toBe(8n);
  expect(id.find(7n)).toBe(null);
  const from = new Range<bigint>({ tag: 'excluded', value: 5n });
  expect(Array.from(id.filter(from), (row) => row.id)).toEqual([8n, 70n]);
  expect(Array.from(id.filter(5n), (row) => row.id)).toEqual([5n]);
});

test('an empty key is nowhere: programs look for themselves before they know who they are', () => {
  const { connection, server } = openHarbour();
  expect(connection.db.boat.captain.find(connection.identity!)).toBe(null);
  server.accept({}, { watches: [WATCH], pieces: [boats({ name: 5, slot: 9, row: boat(70n, 2) })] });
  const { captain, id, kind, $count } = connection.db.boat;
  expect([captain.find(undefined as never), id.find(null as never)]).toEqual([null, null]);
  expect([...kind.filter(undefined as never), ...$count.filter(undefined as never)]).toEqual([]);
});

test('rows keep their object while nothing in them changes, and are frozen', () => {
  const { connection, server } = openHarbour();
  server.accept({}, { watches: [WATCH], pieces: [boats({ name: 5, slot: 9, row: boat(70n, 2) })] });
  const row = connection.db.boat.id.find(70n);
  expect(Object.isFrozen(row)).toBe(true);
  server.send({ pieces: [boats({ name: 15, slot: 9, row: boat(70n, 2) })] });
  expect(connection.db.boat.id.find(70n)).toBe(row);
  expect([...connection.db.boat]).toEqual([row]);
});

test('a table of notes counts and iterates', () => {
  const { connection, server } = openHarbour();
  const watch = { handle: 14, tableId: NOTE_TABLE_ID, partitioning: 8, cell: null, isExact: true };
  const enters = [{ name: 3, slot: 4, row: { berth: 6, text: 'rope' } }];
  server.accept({}, { watches: [watch], pieces: [pieceOf({ watch, table: NOTE!, enters })] });
  expect(connection.db.note.count()).toBe(1n);
  expect([...connection.db.note.iter()]).toEqual([{ berth: 6, text: 'rope' }]);
});
