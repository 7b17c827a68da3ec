import { Prng } from '@tickbase/base';
import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { makePlan } from '../transactions/testing/make-plan.ts';
import {
  CHANGE_DELETE,
  CHANGE_INSERT,
  CHANGE_UPDATE,
  createTables,
  Sealer,
  STATE_OPEN,
  type Table,
  UndoLog,
  writeValue,
} from './index.ts';

const CELL_M = 16;
const FIRST_COLUMNS = { id: 'u32', hp: 'u8', x: 'f32', room: 'u32', y: 'f32', weight: 'f64', rank: 'u16' } as const;
const NUMBERS = ['hp', 'x', 'room', 'y', 'weight', 'rank'];

test('a seal tells of each row that columns written whole have changed, with its mask and its cells, and of no other', () => {
  const seen = { rows: 0, crossed: 0, isAlike: 0, isWide: 0, wasDead: 0 };
  assert(
    property(integer({ min: 0, max: 0xffff_ffff }), (seed) => {
      const prng = new Prng(seed);
      const columnCount = below(prng, 2) === 0 ? 7 : 37;
      const scene = openScene(prng, columnCount);
      for (let tick = 2; tick < 4; tick++) {
        const { body } = scene;
        const before = pictureOf(body);
        let cellsTouched: readonly string[] = [];
        let touched: ReadonlySet<number> = new Set();
        scene.tick(tick, () => {
          touched = touchSome(body, prng);
          cellsTouched = cellsOf(body);
          for (const name of NUMBERS) if (below(prng, 3) === 0) writeWhole(body, name, prng);
          if (columnCount > 32 && below(prng, 2) === 0) writeWhole(body, 'c36', prng);
        });
        const change = scene.record.tables[0];
        const expected = expectedRows(body, before, cellsTouched, touched);
        const rows = Array.from({ length: change?.count ?? 0 }, (_, i) => ({
          slot: change!.slots[i]!,
          op: change!.ops[i]!,
          mask: change!.ops[i] === CHANGE_INSERT ? [] : maskAt(change!.masks, i, change!.maskWords),
          from: placeOf(body, change!.cellsBefore![i]!),
          to: placeOf(body, change!.cellsAfter![i]!),
        }));
        expect(rows).toEqual(expected);
        const areMasksAlike = (change as { areMasksAlike?: boolean } | undefined)?.areMasksAlike;
        if (areMasksAlike === true) expect(new Set(rows.map(({ op, mask }) => `${op} ${mask.join()}`)).size).toBe(1);
        seen.rows += rows.length;
        seen.crossed += rows.filter(({ op, from, to }) => op === CHANGE_UPDATE && from !== to).length;
        seen.isAlike += areMasksAlike === true ? 1 : 0;
        seen.isWide += change?.maskWords === 2 ? 1 : 0;
        seen.wasDead += before.live.includes(0) && rows.length > 100 ? 1 : 0;
      }
    }),
    { numRuns: 8, seed: 11 }, // one that meets all that is counted below
  );
  for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(0);
});

interface Scene {
  readonly body: Table;
  record: ReturnType<Sealer['seal']>;
  tick(number: number, work: () => void): void;
}

/** A table of up to three stretches of slots, with gaps in it or without. */
function openScene(prng: Prng, columnCount: number): Scene {
  const columns: Record<string, { kind: (typeof FIRST_COLUMNS)[keyof typeof FIRST_COLUMNS] }> = {};
  for (const [name, kind] of Object.entries(FIRST_COLUMNS)) columns[name] = { kind };
  for (let i = 7; i < columnCount; i++) columns[`c${i}`] = { kind: 'u32' };
  const plan = makePlan([
    { name: 'body', columns, key: ['id'], spatial: { x: 'x', y: 'y', space: 'room', cell: CELL_M } },
  ]);
  const undo = new UndoLog();
  const tables = createTables(plan, undo, 3);
  const sealer = new Sealer(tables);
  const body = tables[0]!;
  const scene: Scene = {
    body,
    record: sealer.seal(0, 0),
    tick(number, work): void {
      body.beginTick(number);
      undo.begin(STATE_OPEN);
      work();
      undo.end();
      scene.record = sealer.seal(number, number * 1000);
    },
  };
  const rowCount = 1 + below(prng, [40, 2100, 4200][below(prng, 3)]!);
  scene.tick(0, () => {
    for (let id = 0; id < rowCount; id++) insert(body, id, prng);
  });
  const gapEvery = [0, 7, 700][below(prng, 3)]!;
  scene.tick(1, () => {
    if (gapEvery > 0) for (let slot = 3; slot < rowCount; slot += gapEvery) body.deleteSlot(slot);
  });
  return scene;
}

function insert(body: Table, id: number, prng: Prng): void {
  for (const column of body.columns) writeValue(column, body.probe, valueFor(column.accessor, id, prng));
  body.insertProbe();
}

function valueFor(name: string, id: number, prng: Prng): number {
  if (name === 'id') return id;
  if (name === 'x' || name === 'y') return Math.fround(below(prng, 4000) / 16 - 100);
  return below(prng, name === 'room' ? 2 : 200);
}

/** Single rows, as calls of the same tick do. Returns the slots whose x had another value then. */
function touchSome(body: Table, prng: Prng): ReadonlySet<number> {
  const touched = new Set<number>();
  for (let count = [0, 0, 3, 40][below(prng, 4)]!; count > 0; count--) {
    const slot = below(prng, body.slotCount);
    if (body.live[slot] === 0 || below(prng, 4) === 0) {
      insert(body, 1_000_000 + below(prng, 1_000_000_000), prng);
    } else if (below(prng, 3) === 0) {
      body.deleteSlot(slot);
    } else {
      const x = valueFor('x', 0, prng);
      if (body.valueAt(2, slot) !== x) touched.add(slot);
      writeValue(body.columns[2]!, body.probe, x);
      body.updateColumn(slot, 2);
    }
  }
  return touched;
}

/** Rows of one rest by some number: all, none, all others. */
function writeWhole(body: Table, name: string, prng: Prng): void {
  const column = body.columns.find(({ accessor }) => accessor === name)!;
  const every = [1, 2, 9, 500][below(prng, 4)]!;
  const isRest = below(prng, 2) === 0;
  const by = name === 'room' ? 1 : [0.25, 5, 40][below(prng, 3)]!;
  body.whole.save(column);
  const data = column.data as Float64Array;
  for (let slot = 0; slot < body.slotCount; slot++) {
    if (body.live[slot] === 1 && (slot % every === 0) === isRest) data[slot] = data[slot]! + by;
  }
}

interface Picture {
  readonly live: Uint8Array;
  readonly values: readonly (readonly unknown[])[];
  readonly cells: readonly string[];
}

function pictureOf(body: Table): Picture {
  return {
    live: body.live.slice(0, body.slotCount),
    values: body.columns.map((_, c) => Array.from({ length: body.slotCount }, (__, slot) => body.valueAt(c, slot))),
    cells: cellsOf(body),
  };
}

function cellsOf(body: Table): readonly string[] {
  return Array.from({ length: body.slotCount }, (_, slot) => placeOf(body, body.grid!.cellOfSlot[slot]!));
}

/**
 * Every slot looked at: what it was and what it is. `cellsTouched`: where rows stood when single writes had moved them. `touched`: rows whose x these
 * changed, which is told of even if what was written whole gave it back its old value.
 */
function expectedRows(
  body: Table,
  before: Picture,
  cellsTouched: readonly string[],
  touched: ReadonlySet<number>,
): object[] {
  const rows: object[] = [];
  for (let slot = 0; slot < body.slotCount; slot++) {
    const lived = before.live[slot] === 1;
    const lives = body.live[slot] === 1;
    if (!lived && !lives) continue;
    let op = CHANGE_UPDATE;
    if (!lived) op = CHANGE_INSERT;
    else if (!lives) op = CHANGE_DELETE;
    const mask =
      op === CHANGE_UPDATE
        ? [...body.columns.keys()].filter(
            (c) => before.values[c]![slot] !== body.valueAt(c, slot) || (c === 2 && touched.has(slot)),
          )
        : [];
    const from = lived ? before.cells[slot]! : 'none';
    const to = lives ? cellNow(body, slot, cellsTouched[slot]!) : 'none';
    if (op === CHANGE_UPDATE && mask.length === 0 && from === to) continue;
    rows.push({ slot, op, mask, from, to });
  }
  return rows;
}

/** A row stays in its cell until it is a sixteenth of one past the border. */
function cellNow(body: Table, slot: number, from: string): string {
  const [x, room, y] = [2, 3, 4].map((c) => body.valueAt(c, slot) as number) as [number, number, number];
  const [space, cellX, cellY] = from.split(' ').map(Number) as [number, number, number];
  const slack = CELL_M / 16;
  const isIn = (at: number, cell: number): boolean => at >= cell * CELL_M - slack && at < (cell + 1) * CELL_M + slack;
  if (space === room && isIn(x, cellX) && isIn(y, cellY)) return from;
  return `${room} ${Math.floor(x / CELL_M)} ${Math.floor(y / CELL_M)}`;
}

function placeOf({ grid }: Table, cell: number): string {
  return cell === -1 ? 'none' : `${grid!.cellSpace[cell]} ${grid!.cellX[cell]} ${grid!.cellY[cell]}`;
}

function maskAt(masks: Uint32Array, place: number, maskWords: number): number[] {
  const columns: number[] = [];
  for (let c = 0; c < maskWords * 32; c++) {
    if ((masks[place * maskWords + (c >>> 5)]! & (1 << (c & 31))) !== 0) columns.push(c);
  }
  return columns;
}

function below(prng: Prng, bound: number): number {
  return prng.int(0, bound - 1);
}
