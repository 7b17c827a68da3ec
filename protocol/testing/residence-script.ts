/** Server messages in words, and what a client has to make of each. Rows are arrays by column place. */
import { ByteWriter } from '@tickbase/base';
import type { TypePlan } from '@tickbase/schema/plan';
import { encodePiece } from '../pieces/encode-piece.ts';
import { PIECE_EVENTS, PIECE_SNAPSHOT, type PieceSource } from '../pieces/piece-port.ts';
import type { WireTable } from '../schema/wire-schema.ts';
import { hashWireSchema } from '../schema/hash-wire-schema.ts';
import { encodeSection } from '../server/encode-section.ts';
import type { Section, Watch, WireSchema } from '../server/section.ts';
import { encodeValue } from '../values/codec.ts';
import { goldenHex, goldenValue, type Json } from './golden-json.ts';
import { columnOf } from './random-values.ts';

export type ScriptRow = readonly unknown[];

export interface PieceScript {
  readonly of: Watch;
  readonly flags?: number;
  /** Names and destinations. */
  readonly leaves?: readonly (readonly [name: number, to: number])[];
  readonly enters?: readonly (readonly [name: number, slot: number, row: ScriptRow])[];
  /** Columns that are left out (undefined) did not change. */
  readonly updates?: readonly (readonly [name: number, row: ScriptRow])[];
  readonly missed?: number;
}

export interface Step {
  /** True: the first section of a link that goes on with the session; false: of one with a new session. */
  readonly isResumed?: boolean;
  readonly tick: number;
  readonly isRefresh?: boolean;
  readonly watches?: readonly Watch[];
  readonly pieces?: readonly PieceScript[];
  readonly own?: readonly (readonly [table: string, slot: number, row: ScriptRow])[];
  readonly unwatches?: readonly Watch[];
  readonly applied?: readonly number[];
  readonly ended?: readonly number[];

  /** What is cached afterwards, by table. */
  readonly rows: Readonly<Record<string, readonly ScriptRow[]>>;
  readonly changes: readonly Change[];
}

export type Change =
  | { readonly what: 'insert'; readonly table: string; readonly row: ScriptRow }
  | { readonly what: 'update'; readonly table: string; readonly before: ScriptRow; readonly row: ScriptRow }
  | {
      readonly what: 'delete';
      readonly table: string;
      readonly row: ScriptRow;
      readonly reason: 'deleted' | 'outOfView';
    }
  | { readonly what: 'missed'; readonly table: string; readonly count: number };

export const SNAPSHOT = PIECE_SNAPSHOT;
export const EVENTS = PIECE_EVENTS;

/** Moves, in steps of 0.25. */
const BOAT: WireTable = {
  id: 31,
  name: 'boat',
  isEvent: false,
  columns: [
    { id: 5, name: 'id', type: { kind: 'u64' }, quantize: null },
    { id: 8, name: 'x', type: { kind: 'f32' }, quantize: { kind: 'step', step: 0.25, min: null, max: null } },
    { id: 9, name: 'name', type: { kind: 'string' }, quantize: null },
  ],
  primaryKey: [0],
  spatial: null,
};

/** Without a primary key. */
const NOTE: WireTable = {
  id: 42,
  name: 'note',
  isEvent: false,
  columns: [
    { id: 4, name: 'berth', type: { kind: 'u32' }, quantize: null },
    { id: 6, name: 'text', type: { kind: 'string' }, quantize: null },
  ],
  primaryKey: null,
  spatial: null,
};

const HORN: WireTable = {
  id: 57,
  name: 'horn',
  isEvent: true,
  columns: [{ id: 9, name: 'loudness', type: { kind: 'u16' }, quantize: null }],
  primaryKey: null,
  spatial: null,
};

const SCHEMA: WireSchema = { tables: [BOAT, NOTE, HORN], reducers: [] };

export function watchOf(table: string, handle: number, partitioning: number, isExact = false): Watch {
  return { handle, tableId: tableNamed(table).id, partitioning, cell: null, isExact };
}

/** The case of residence.json: the first step is a new session's first section. */
export function residenceCase(name: string, querySets: readonly number[], steps: readonly Step[]): Json {
  return {
    name,
    querySets: [...querySets],
    steps: steps.map((step, index) => ({
      hex: goldenHex(messageOf(step, index === 0 ? false : step.isResumed)),
      rows: Object.fromEntries(
        SCHEMA.tables.map((table) => [table.name, (step.rows[table.name] ?? []).map((row) => rowJson(table, row))]),
      ),
      changes: step.changes.map(changeJson),
    })),
  };
}

function messageOf(step: Step, isResumed: boolean | undefined): Uint8Array {
  const section: Section = {
    head: {
      tick: step.tick,
      durableTick: step.tick,
      serverTimeUs: 1_700_000_000_000_000n + BigInt(step.tick),
      callsProcessed: 0,
      timeScale: 1,
      flags: step.isRefresh === true ? 2 : 0,
    },
    welcome: isResumed === undefined ? null : welcome(isResumed),
    results: [],
    watches: [...(step.watches ?? [])],
    unwatches: (step.unwatches ?? []).map((watch) => watch.handle),
    ownRows: (step.own ?? []).map(([name, slot, row]) => {
      const table = tableNamed(name);
      const writer = new ByteWriter();
      table.columns.forEach((column, place) => encodeValue(writer, column.type, row[place]));
      return { tableId: table.id, slot, row: writer.copy() };
    }),
    applied: [...(step.applied ?? [])],
    ended: [...(step.ended ?? [])],
    subscriptionErrors: [],
    queryAnswers: [],
  };
  const pieces = (step.pieces ?? []).map(pieceOf);
  const writer = new ByteWriter();
  encodeSection(writer, section, pieces, pieces.length);
  return writer.copy();
}

function welcome(isResumed: boolean): NonNullable<Section['welcome']> {
  return {
    protocolVersion: 1,
    epoch: '00c0ffee00c0ffee',
    database: 'harbour',
    identity: 0x51n,
    connectionId: 0x77n,
    token: 'token-of-51',
    resumeToken: isResumed ? 'resume-2' : 'resume-1',
    isResumed,
    resumeGraceMs: 30_000,
    tickRate: 20,
    schemaHash: hashWireSchema(SCHEMA),
    schema: SCHEMA,
    pastCallsProcessed: null,
  };
}

function pieceOf(script: PieceScript): Uint8Array {
  const { of: watch, leaves = [], enters = [], updates = [] } = script;
  const table = SCHEMA.tables.find(({ id }) => id === watch.tableId)!;
  // Rows of the store that the encoder reads; entered ones in their slots, updated ones above.
  const rows = new Map<number, ScriptRow>(enters.map(([, slot, row]) => [slot, row]));
  const firstFree = Math.max(0, ...rows.keys()) + 1;
  updates.forEach(([, row], i) => rows.set(firstFree + i, row));
  const capacity = firstFree + updates.length;
  const source: PieceSource = {
    handle: watch.handle,
    table,
    columns: table.columns.map((column, place) => columnOf(column.type, valuesAt(rows, place), capacity)),
    cell: watch.cell,
    isExact: watch.isExact,
    flags: script.flags ?? 0,
    leaveCount: leaves.length,
    leaveNames: Uint16Array.from(leaves, ([name]) => name),
    leaveTo: Uint32Array.from(leaves, ([, to]) => to),
    enterCount: enters.length,
    enterNames: Uint16Array.from(enters, ([name]) => name),
    enterSlots: Uint32Array.from(enters, ([, slot]) => slot),
    updateCount: updates.length,
    updateNames: Uint16Array.from(updates, ([name]) => name),
    updateSlots: Uint32Array.from(updates, (_, i) => firstFree + i),
    updateMasks: Uint32Array.from(updates, ([, row]) =>
      table.columns.reduce((mask, _, place) => (row[place] === undefined ? mask : mask | (1 << place)), 0),
    ),
    maskWords: 1,
    missedEvents: script.missed ?? 0,
  };
  const writer = new ByteWriter();
  encodePiece(writer, source);
  return writer.copy();
}

function valuesAt(rows: ReadonlyMap<number, ScriptRow>, place: number): Map<number, unknown> {
  const values = new Map<number, unknown>();
  for (const [slot, row] of rows) if (row[place] !== undefined) values.set(slot, row[place]);
  return values;
}

function changeJson(change: Change): Json {
  if (change.what === 'missed') return { ...change };
  const table = tableNamed(change.table);
  const row = rowJson(table, change.row);
  return change.what === 'update' ? { ...change, before: rowJson(table, change.before), row } : { ...change, row };
}

function rowJson(table: WireTable, row: ScriptRow): Json {
  return table.columns.map(({ type }: { type: TypePlan }, place) => goldenValue(type, row[place]));
}

function tableNamed(name: string): WireTable {
  return SCHEMA.tables.find((table) => table.name === name)!;
}
