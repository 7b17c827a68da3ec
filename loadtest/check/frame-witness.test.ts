import { ByteWriter } from '@tickbase/base';
import { encodeSection, PIECE_SNAPSHOT, type Section, type Watch, type WireTable } from '@tickbase/protocol';
import { beforeEach, expect, test } from 'vitest';
import { type PieceScript, pieceOf } from '../../clients/typescript/testing/piece-of.ts';
import { FrameWitness } from './frame-witness.ts';

const boat: WireTable = {
  id: 7,
  name: 'boat',
  isEvent: false,
  columns: [
    { id: 1, name: 'id', type: { kind: 'u32' }, quantize: null },
    { id: 2, name: 'load', type: { kind: 'u32' }, quantize: null },
  ],
  primaryKey: [0],
  spatial: null,
};
const cellOf = (handle: number): Watch => ({
  handle,
  tableId: 7,
  partitioning: 5,
  cell: { space: 0, cellX: handle, cellY: -1 },
  isExact: false,
});
const row = (id: number): { id: number; load: number } => ({ id, load: 10 * id });
const NOTHING: Omit<Section, 'head'> = {
  welcome: null,
  results: [],
  watches: [],
  unwatches: [],
  ownRows: [],
  applied: [],
  ended: [],
  subscriptionErrors: [],
  queryAnswers: [],
};
let witness: FrameWitness;

beforeEach(() => {
  witness = new FrameWitness(new Map([['boat', (values: readonly unknown[]) => String(values[0])]]));
  told(3, { watches: [11, 12].map(cellOf) }, [
    {
      handle: 11,
      flags: PIECE_SNAPSHOT,
      enters: [
        { name: 0, slot: 40, row: row(1) },
        { name: 1, slot: 41, row: row(2) },
      ],
    },
  ]);
});

type Piece = Omit<PieceScript, 'watch' | 'table'> & { readonly handle: number };

function told(tick: number, section: Partial<Section>, pieces: readonly Piece[] = []): void {
  const writer = new ByteWriter();
  const bytes = pieces.map(({ handle, ...script }) => pieceOf({ ...script, watch: cellOf(handle), table: boat }));
  const head = { tick, durableTick: tick, serverTimeUs: 1n, callsProcessed: 0, timeScale: 1, flags: 0 };
  const welcome = tick === 3 ? ({ ...WELCOME, schema: { tables: [boat], reducers: [] } } as Section['welcome']) : null;
  encodeSection(writer, { ...NOTHING, ...section, head, welcome }, bytes, bytes.length);
  witness.take(writer.copy());
}

/** Each row as its cell, `~` before one that is on the way to it, and the tick of its own write. */
function rows(): Record<string, string> {
  const { rows } = witness.view().get('boat')!;
  return Object.fromEntries(
    [...rows].map(([key, { page, isMoving, ownTick }]) => [
      key,
      `${isMoving ? '~' : ''}${page.cell.cellX}${ownTick === null ? '' : ` own ${ownTick}`}`,
    ]),
  );
}

function pages(): Record<number, number> {
  return Object.fromEntries(
    witness
      .view()
      .get('boat')!
      .pages.map(({ cell, tick }) => [cell.cellX, tick]),
  );
}

test('a page is as of the last section that announced it or had a piece of it', () => {
  expect(pages()).toEqual({ 11: 3, 12: 3 });
  told(4, {}, [{ handle: 12, enters: [{ name: 0, slot: 44, row: row(5) }] }]);
  told(5, {}, [{ handle: 12, updates: [{ name: 0, row: { load: 3 } }] }]);
  told(6, {});
  expect(pages()).toEqual({ 11: 3, 12: 5 });
  expect(rows()).toEqual({ 1: '11', 2: '11', 5: '12' });
});

test('a crossing in one section, and one of which the new cell tells later', () => {
  told(4, {}, [
    { handle: 11, leaves: [{ name: 0, to: 12 }] },
    { handle: 12, enters: [{ name: 0, slot: 40, row: row(1) }] },
  ]);
  told(5, {}, [{ handle: 11, leaves: [{ name: 1, to: 12 }] }]);
  expect(rows()).toEqual({ 1: '12', 2: '~12' });
  told(6, {}, [{ handle: 12, enters: [{ name: 1, slot: 41, row: row(2) }] }]);
  expect(rows()).toEqual({ 1: '12', 2: '12' });
});

test('who was on the way to a cell that has told of others is gone', () => {
  told(5, {}, [{ handle: 11, leaves: [{ name: 1, to: 12 }] }]);
  told(6, {}, [{ handle: 12, enters: [{ name: 0, slot: 44, row: row(5) }] }]);
  expect(rows()).toEqual({ 1: '11', 5: '12' });
});

test('rows end by a leave, by a snapshot without them, with their cell, and when another has their slot', () => {
  told(4, {}, [{ handle: 11, leaves: [{ name: 0, to: 0 }] }]);
  expect(rows()).toEqual({ 2: '11' });
  told(5, {}, [{ handle: 12, enters: [{ name: 0, slot: 41, row: row(6) }] }]);
  expect(rows()).toEqual({ 6: '12' });
  told(6, {}, [{ handle: 12, flags: PIECE_SNAPSHOT, enters: [{ name: 3, slot: 47, row: row(8) }] }]);
  expect(rows()).toEqual({ 8: '12' });
  told(7, { unwatches: [12] });
  expect(rows()).toEqual({});
  expect(pages()).toEqual({ 11: 4 });
});

test('an old cell’s leave does not end a row that has entered elsewhere', () => {
  told(4, {}, [{ handle: 12, enters: [{ name: 0, slot: 40, row: row(1) }] }]);
  told(5, {}, [{ handle: 11, leaves: [{ name: 0, to: 1 }] }]);
  expect(rows()).toEqual({ 1: '12', 2: '11' });
});

test('a row in full precision is known by its tick until it goes', () => {
  const values = new ByteWriter();
  values.u32(1);
  values.u32(99);
  told(4, {
    ownRows: [
      { tableId: 7, slot: 40, row: values.copy() },
      { tableId: 7, slot: 77, row: values.copy() },
    ],
  });
  expect(rows()).toEqual({ 1: '11 own 4', 2: '11' });
  told(5, {}, [{ handle: 11, leaves: [{ name: 0, to: 0 }] }]);
  told(6, {}, [{ handle: 11, enters: [{ name: 0, slot: 40, row: row(1) }] }]);
  expect(rows()).toEqual({ 1: '11', 2: '11' });
});

const WELCOME = {
  protocolVersion: 1,
  epoch: '0123456789abcdef',
  database: 'harbour',
  identity: 3n,
  connectionId: 4n,
  token: 't',
  resumeToken: 'r',
  isResumed: false,
  resumeGraceMs: 1000,
  tickRate: 20,
  schemaHash: '0123456789abcdef',
  pastCallsProcessed: null,
};
