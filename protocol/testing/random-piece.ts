/** Random tables and pieces, with what a client must read from them, worked out value by value. */
import { TURN, dequantize } from '../quantize.ts';
import type { ByteWriter, Prng } from '@tickbase/base';
import type { QuantizePlan, TypePlan } from '@tickbase/schema/plan';
import { pieceLayoutOf } from '../pieces/piece-layout.ts';
import {
  PIECE_CATCH_UP,
  PIECE_EVENTS,
  PIECE_SNAPSHOT,
  type PieceSink,
  type PieceSource,
} from '../pieces/piece-port.ts';
import type { WireColumn, WireTable } from '../schema/wire-schema.ts';
import type { Watch } from '../server/section.ts';
import { columnOf, randomType, randomValue } from './random-values.ts';

export type PieceEvent =
  | { readonly what: 'leave'; readonly name: number; readonly to: number }
  | { readonly what: 'enter'; readonly name: number; readonly slot: number; readonly values: readonly unknown[] }
  | { readonly what: 'update'; readonly name: number; readonly values: Readonly<Record<number, unknown>> }
  | { readonly what: 'missed'; readonly count: number };

export interface PieceSample {
  readonly table: WireTable;
  readonly watch: Watch;
  readonly source: PieceSource;
  readonly expected: readonly PieceEvent[];
}

export function randomTable(prng: Prng): WireTable {
  const columns: WireColumn[] = Array.from({ length: prng.int(1, prng.int(0, 4) === 0 ? 70 : 9) }, (_, place) => {
    const type = randomType(prng, prng.int(0, 2));
    return { id: 11 + 3 * place, name: `c${place}`, type, quantize: randomQuantize(prng, type) };
  });
  let spatial: WireTable['spatial'] = null;
  if (prng.int(0, 1) === 0) {
    const quantize =
      prng.int(0, 4) === 0
        ? null
        : ({ kind: 'step', step: prng.pick([0.01, 0.125, 0.0001, 1e-9]), min: null, max: null } as const);
    const [first, second] = [prng.pick(FLOATS), prng.pick(FLOATS)];
    columns.push({ id: 5, name: 'y', type: second, quantize });
    columns.splice(prng.int(0, columns.length - 1), 0, { id: 6, name: 'x', type: first, quantize });
    const placeOf = (name: string) => columns.findIndex((column) => column.name === name);
    spatial = { kind: 'position', x: placeOf('x'), y: placeOf('y'), space: null, cell: prng.pick([32, 7.5, 3]) };
  }
  return { id: prng.int(1, 900), name: 'thing', isEvent: false, columns, primaryKey: null, spatial };
}

const FLOATS: readonly TypePlan[] = [{ kind: 'f32' }, { kind: 'f64' }];

function randomQuantize(prng: Prng, type: TypePlan): QuantizePlan | null {
  if ((type.kind !== 'f32' && type.kind !== 'f64') || prng.int(0, 3) === 0) return null;
  const choice = prng.int(0, 2);
  if (choice === 0) return { kind: 'angle', bits: prng.int(1, 16) };
  if (choice === 1) return { kind: 'step', step: prng.pick([0.01, 0.5, 3]), min: null, max: null };
  return { kind: 'step', step: prng.pick([0.01, 0.5]), min: prng.pick([-300, 0, 1.5]), max: prng.pick([2, 100, 1e5]) };
}

export function randomPiece(prng: Prng): PieceSample {
  const table = randomTable(prng);
  const isEvents = prng.int(0, 5) === 0;
  table.isEvent = isEvents;
  const isExact = prng.int(0, 3) === 0;
  const cell = table.spatial !== null && prng.int(0, 3) !== 0 ? randomCell(prng) : null;
  const handle = prng.int(2, 0xffff_ffff);
  const watch: Watch = { handle, tableId: table.id, partitioning: 3, cell, isExact };

  const names = randomNames(prng);
  const leaves = isEvents ? [] : names.filter(() => prng.int(0, 3) === 0).slice(0, 20);
  const updates = isEvents ? [] : names.filter((name) => !leaves.includes(name) && prng.int(0, 2) !== 0);
  const enters = names.filter((name) => !leaves.includes(name) && !updates.includes(name));
  const slotOf = new Map(names.map((name, i) => [name, 5 + 2 * i]));
  const capacity = 7 + 2 * names.length;
  const isStray = prng.int(0, 3) === 0;
  const values = table.columns.map((column, place) => {
    const ofSlot = new Map<number, unknown>();
    for (const slot of slotOf.values()) ofSlot.set(slot, randomCellValue(prng, table, place, column, cell, isStray));
    return ofSlot;
  });
  const maskWords = Math.ceil(table.columns.length / 32);
  const updateMasks = new Uint32Array(updates.length * maskWords);
  const favourite = prng.int(0, table.columns.length - 1);
  updates.forEach((_, i) => {
    const set = (place: number) => (updateMasks[i * maskWords + (place >>> 5)]! |= 1 << (place & 31));
    set(prng.int(0, 2) === 0 ? prng.int(0, table.columns.length - 1) : favourite);
    if (prng.int(0, 2) === 0) set(prng.int(0, table.columns.length - 1));
  });
  const leaveTo = leaves.map(() => prng.pick([0, 1, 2, prng.int(2, 0xffff_ffff)]));
  const missedEvents = isEvents ? prng.pick([0, 0, 17]) : 0;
  const source: PieceSource = {
    handle,
    table,
    columns: table.columns.map((column, place) => columnOf(column.type, values[place]!, capacity)),
    cell,
    isExact,
    flags: isEvents ? PIECE_EVENTS : prng.pick([0, PIECE_CATCH_UP, PIECE_SNAPSHOT]),
    leaveCount: leaves.length,
    leaveNames: Uint16Array.from(leaves),
    leaveTo: Uint32Array.from(leaveTo),
    enterCount: enters.length,
    enterNames: Uint16Array.from(enters),
    enterSlots: Uint32Array.from(enters, (name) => slotOf.get(name)!),
    updateCount: updates.length,
    updateNames: Uint16Array.from(updates),
    updateSlots: Uint32Array.from(updates, (name) => slotOf.get(name)!),
    updateMasks,
    maskWords,
    missedEvents,
  };

  const seen = (place: number, slot: number): unknown => {
    const column = table.columns[place]!;
    const value = values[place]!.get(slot);
    return column.quantize === null || isExact ? value : naiveQuantized(column, value as number);
  };
  const pair = pairPlaces(table, watch);
  const expected: PieceEvent[] = [];
  if (missedEvents > 0) expected.push({ what: 'missed', count: missedEvents });
  leaves.forEach((name, i) => expected.push({ what: 'leave', name, to: leaveTo[i]! }));
  for (const name of enters) {
    const slot = slotOf.get(name)!;
    const row = table.columns.map((_, place) => seen(place, slot));
    expected.push({ what: 'enter', name: isEvents ? -1 : name, slot: isEvents ? -1 : slot, values: row });
  }
  updates.forEach((name, i) => {
    const row: Record<number, unknown> = {};
    const has = (at: number) => (updateMasks[i * maskWords + (at >>> 5)]! & (1 << (at & 31))) !== 0;
    table.columns.forEach((_, place) => {
      const isPaired = pair?.includes(place) === true && pair.some(has);
      if (has(place) || isPaired) row[place] = seen(place, slotOf.get(name)!);
    });
    expected.push({ what: 'update', name, values: row });
  });
  return { table, watch, source, expected };
}

/** Collects what a sink is told; updates sorted by name, since runs come in any order. */
export function recordingSink(): PieceSink & { events(): PieceEvent[] } {
  const events: PieceEvent[] = [];
  return {
    leave: (name, to) => void events.push({ what: 'leave', name, to }),
    enter: (name, slot, values) => void events.push({ what: 'enter', name, slot, values: [...values] }),
    update(name, changed, changedCount, values) {
      const row: Record<number, unknown> = {};
      for (let i = 0; i < changedCount; i++) row[changed[i]!] = values[changed[i]!];
      events.push({ what: 'update', name, values: row });
    },
    missedEvents: (count) => void events.push({ what: 'missed', count }),
    events() {
      const head = events.filter((event) => event.what !== 'update');
      const updates = events.filter((event) => event.what === 'update');
      return [...head, ...updates.sort((a, b) => a.name - b.name)];
    },
  };
}

/** Bytes of other things before a piece, so that it lies at any offset. */
export function writeJunk(writer: ByteWriter, prng: Prng): number {
  const count = prng.int(0, 7);
  for (let i = 0; i < count; i++) writer.u8(prng.int(0, 255));
  return count;
}

function randomCell(prng: Prng): { space: number; cellX: number; cellY: number } {
  const place = () => prng.pick([0, -1, prng.int(-40, 40), prng.int(-100_000, 100_000)]);
  return { space: prng.int(0, 9), cellX: place(), cellY: place() };
}

function randomNames(prng: Prng): number[] {
  const max = prng.pick([30, 255, 65_535]);
  const first = prng.int(0, max - 20);
  const density = prng.int(0, 3);
  const names: number[] = [];
  const count = prng.int(0, prng.pick([5, 60]));
  for (
    let name = first;
    name <= max && names.length < count;
    name += 1 + (density === 0 ? 0 : prng.int(0, 4 ** density))
  ) {
    names.push(name);
  }
  return names;
}

function randomCellValue(
  prng: Prng,
  table: WireTable,
  place: number,
  column: WireColumn,
  cell: Watch['cell'],
  isStray: boolean,
): unknown {
  const { quantize, type } = column;
  if (quantize === null || (isStray && prng.int(0, 9) === 0)) return randomValue(prng, type);
  let value = quantize.kind === 'angle' ? (prng.float() - 0.3) * 20 : (prng.float() - 0.5) * 5000;
  if (quantize.kind === 'step' && quantize.min !== null)
    value = quantize.min + prng.float() * (quantize.max! - quantize.min);
  const spatial = table.spatial;
  if (cell !== null && spatial?.kind === 'position' && (place === spatial.x || place === spatial.y)) {
    const corner = place === spatial.x ? cell.cellX : cell.cellY;
    value = (corner + prng.pick([-1 / 16, 1 + 1 / 16, prng.float()])) * spatial.cell;
  }
  return type.kind === 'f32' ? Math.fround(value) : value;
}

const roundHalfUp = (x: number) => (x - Math.floor(x) >= 0.5 ? Math.floor(x) + 1 : Math.floor(x));

/** The same arithmetic by another way: with whole turns as a remainder and rounding by floor. */
function naiveQuantized(column: WireColumn, value: number): number {
  const quantize = column.quantize!;
  if (!Number.isFinite(value)) return value;
  let k: number;
  if (quantize.kind === 'angle') {
    const turns = value / TURN;
    k = roundHalfUp((turns - Math.floor(turns)) * 2 ** quantize.bits) % 2 ** quantize.bits;
  } else {
    k = Math.min(Math.max(roundHalfUp(value / quantize.step), -(2 ** 51)), 2 ** 51) + 0;
  }
  return dequantize(quantize, k, column.type.kind === 'f32');
}

function pairPlaces(table: WireTable, watch: Watch): readonly number[] | null {
  const { pair } = pieceLayoutOf(table, watch.cell !== null, watch.isExact, false);
  return pair === null ? null : [pair.x, pair.y];
}
