import { Prng, TickbaseError } from '@tickbase/base';
import { PROTOCOL_VERSION, type Watch } from '@tickbase/protocol';
import { Identity } from '@tickbase/schema/values';
import { expect, test } from 'vitest';
import { damage } from '../../../protocol/testing/damage.ts';
import { BOAT_TABLE_ID, harbourSchema, HORN_TABLE_ID, NOTE_TABLE_ID } from '../testing/harbour.ts';
import { openHarbour } from '../testing/open-harbour.ts';
import { pieceOf, type PieceScript, type ScriptRow } from '../testing/piece-of.ts';
import type { SectionScript } from '../testing/scripted-server.ts';

const SCENES = 150;
const MESSAGES = 12;
const TABLES = harbourSchema().tables;
const watchOf = (handle: number, tableId: number): Watch => ({
  handle,
  tableId,
  partitioning: 3,
  cell: null,
  isExact: true,
});
const WATCHES = [watchOf(11, BOAT_TABLE_ID), watchOf(12, NOTE_TABLE_ID), watchOf(13, HORN_TABLE_ID)];
const [BOATS, NOTES, HORNS] = WATCHES as [Watch, Watch, Watch];

function piece(watch: Watch, script: Omit<PieceScript, 'watch' | 'table'>): Uint8Array {
  return pieceOf({ watch, table: TABLES.find(({ id }) => id === watch.tableId)!, ...script });
}

function boat(id: number, name: string): ScriptRow {
  return { hull: 'oak', id: BigInt(id), captain: new Identity(BigInt(id) + 1000n), kind: 3, pos_x: id / 2, name };
}

/** What a client is told first: every table whole. */
const BEGINNING: SectionScript = {
  watches: WATCHES,
  pieces: [
    piece(BOATS, { flags: 1, enters: [1, 2, 3].map((id) => ({ name: id, slot: id, row: boat(id, 'Ada') })) }),
    piece(NOTES, { flags: 1, enters: [{ name: 4, slot: 4, row: { berth: 7, text: 'full' } }] }),
  ],
};

/** What it may be told then; not all of them fit each other, as little as damaged ones do. */
const LATER: readonly ((prng: Prng) => SectionScript)[] = [
  (prng) => ({ pieces: [piece(BOATS, { updates: [{ name: prng.int(1, 3), row: { name: 'Eve', pos_x: 5 } }] })] }),
  (prng) => ({ pieces: [piece(BOATS, { leaves: [{ name: prng.int(1, 3), to: 0 }] })] }),
  (prng) => ({ pieces: [piece(BOATS, { enters: [{ name: prng.int(4, 9), slot: 9, row: boat(9, 'Ann') }] })] }),
  () => ({ pieces: [piece(HORNS, { enters: [{ name: 1, slot: 1, row: { loudness: 9 } }], missedEvents: 2 })] }),
  () => ({ unwatches: [NOTES.handle] }),
  (prng) => ({
    applied: [1],
    results: [{ sequence: prng.int(1, 3), status: 'committed', code: '', message: '', tick: 9 }],
  }),
  () => ({ subscriptionErrors: [{ querySetId: 1, code: 'SQL_SYNTAX', message: 'no' }] }),
];

test('a client outlives whatever bytes come: it takes them or comes anew, and what a whole server tells it then is what it has', () => {
  const counts = { taken: 0, refused: 0, ended: 0 };
  for (let seed = 1; seed <= SCENES; seed++) {
    const prng = new Prng(seed);
    const { connection, environment, server, story } = openHarbour();
    server.accept({}, BEGINNING);
    connection.subscriptionBuilder().subscribe('SELECT * FROM boat');
    for (const name of ['a', 'b', 'c']) connection.reducers.renameBoat({ boatId: 1n, name }).catch(() => {});
    server.read();
    for (let i = 0; i < MESSAGES && connection.isActive; i++) {
      const { socket } = environment;
      const receive = socket.receive.bind(socket);
      if (prng.int(0, 1) === 0) socket.receive = (bytes) => receive(damage(prng, bytes));
      server.send(prng.pick(LATER)(prng));
      socket.receive = receive;
      if (connection.isActive) counts.taken++;
      else counts.refused++;
    }
    // A damaged message may have been a good one of another sense; and the client may have ended itself by one that says so.
    if (story.at(-1)?.startsWith('disconnect') === true) {
      counts.ended++;
      continue;
    }
    if (connection.isActive) environment.socket.lost();
    environment.advance(20_000);
    server.accept({ protocolVersion: PROTOCOL_VERSION, isResumed: false, resumeToken: `resume-${seed}` }, BEGINNING);
    expect(connection.isActive).toBe(true);
    const asked = server.readItems().flatMap((item) => (item.kind === 'subscribe' ? [item.querySetId] : []));
    server.send({ applied: asked });
    expect([...connection.db.boat.iter()].map(({ id, name }) => `${id} ${name}`).sort()).toEqual([
      '1 Ada',
      '2 Ada',
      '3 Ada',
    ]);
    expect([...connection.db.note.iter()]).toEqual([{ berth: 7, text: 'full' }]);
    for (const error of environment.reported) expect(error).toBeInstanceOf(TickbaseError);
    connection.disconnect();
  }
  expect(counts.taken).toBeGreaterThan(SCENES);
  expect(counts.refused).toBeGreaterThan(SCENES / 4);
  expect(counts.ended).toBeLessThan(SCENES / 10);
});
