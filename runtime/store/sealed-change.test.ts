import { describe, expect, test } from 'vitest';
import type { Plan } from '@tickbase/schema/plan';
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

const PLAN: Plan = makePlan([
  {
    name: 'body',
    columns: { id: { kind: 'u32' }, x: { kind: 'f64' }, y: { kind: 'f64' } },
    key: ['id'],
    spatial: { x: 'x', y: 'y', cell: 16 },
  },
]);

test('a row that is deleted and made again just as it was is told of when its cell is another one now', () => {
  const undo = new UndoLog();
  const tables = createTables(PLAN, undo, 3);
  const sealer = new Sealer(tables);
  const [body] = tables as [Table];
  const tick = (number: number, work: () => void): ReturnType<Sealer['seal']> => {
    body.beginTick(number);
    undo.begin(STATE_OPEN);
    work();
    undo.end();
    return sealer.seal(number, number * 1000);
  };
  const put = (x: number): void => [7, x, 5].forEach((value, c) => writeValue(body.columns[c]!, body.probe, value));
  let slot = -1;
  tick(41, () => {
    put(15.5);
    slot = body.insertProbe();
  });
  const near = body.grid!.cellOfSlot[slot]!;
  tick(42, () => {
    put(16.5); // past the border, but not by a sixteenth of a cell
    body.updateFromProbe(slot);
  });
  expect(body.grid!.cellOfSlot[slot]).toBe(near);

  const record = tick(43, () => {
    body.deleteSlot(slot);
    put(16.5);
    expect(body.insertProbe()).toBe(slot);
  });
  const far = body.grid!.cellOfSlot[slot]!;
  expect(far).not.toBe(near);
  expect(record.isLogEmpty).toBe(true);
  const [change] = record.tables;
  expect([change!.count, change!.slots[0], change!.ops[0], change!.masks[0]]).toEqual([1, slot, CHANGE_UPDATE, 0]);
  expect([change!.cellsBefore![0], change!.cellsAfter![0]]).toEqual([near, far]);
});

function insert(body: Table, ...values: number[]): number {
  values.forEach((value, c) => writeValue(body.columns[c]!, body.probe, value));
  return body.insertProbe();
}

function moveAll(body: Table): void {
  const x = body.columns[1]!;
  body.whole.save(x);
  for (let slot = 0; slot < body.slotCount; slot++) if (slot % 3 !== 0) (x.data as Float64Array)[slot]! += 20;
}

describe('columns written whole', () => {
  const COUNT = 5000;

  /** A world of rows in a line, and ticks that work on it. */
  function openLine(): { body: Table; tick: (number: number, work: () => void) => ReturnType<Sealer['seal']> } {
    const undo = new UndoLog();
    const tables = createTables(PLAN, undo, 3);
    const sealer = new Sealer(tables);
    const [body] = tables as [Table];
    const tick = (number: number, work: () => void): ReturnType<Sealer['seal']> => {
      body.beginTick(number);
      undo.begin(STATE_OPEN);
      work();
      undo.end();
      return sealer.seal(number, number * 1000);
    };
    tick(40, () => {
      for (let id = 1; id <= COUNT; id++) insert(body, id, id, 5);
    });
    return { body, tick };
  }

  test('come with what calls of the same tick touched in one order, each with its own cells', () => {
    const { body, tick } = openLine();
    const cellBefore = body.grid!.cellOfSlot[7]!;
    let born = -1;
    const record = tick(41, () => {
      body.deleteSlot(100);
      born = insert(body, 9999, 1, 1);
      writeValue(body.columns[2]!, body.probe, 300);
      body.updateColumn(7, 2);
      moveAll(body);
    });
    const [change] = record.tables;
    const { slots, ops, masks, cellsBefore, cellsAfter, count } = change!;
    const at = new Map(Array.from({ length: count }, (_, place) => [slots[place]!, place]));
    expect([...at.keys()]).toEqual([...at.keys()].sort((a, b) => a - b));
    expect(count).toBe(Array.from({ length: COUNT }, (_, slot) => slot).filter((slot) => slot % 3 !== 0).length + 1);
    expect(ops[at.get(100)!]).toBe(CHANGE_DELETE);
    expect(ops[at.get(born)!]).toBe(CHANGE_INSERT);
    expect([ops[at.get(8)!], masks[at.get(8)!], masks[at.get(7)!]]).toEqual([CHANGE_UPDATE, 0b010, 0b110]);
    expect([cellsBefore![at.get(7)!], cellsAfter![at.get(7)!]]).toEqual([cellBefore, body.grid!.cellOfSlot[7]]);
    expect(body.grid!.slotsInCell(body.grid!.cellOfSlot[7]!)).toContain(7);
  });

  test('keep the memory that they need from tick to tick, and give it back when ticks are small again', () => {
    const { body, tick } = openLine();
    let number = 41;
    const lengths: number[] = [];
    for (let i = 0; i < 100; i++) lengths.push(tick(number++, () => moveAll(body)).tables[0]!.slots.length);
    expect(new Set(lengths).size).toBe(1);
    const quiet = (): void => void insert(body, 100_000 + number, 3, 3);
    for (let i = 0; i < 50; i++) tick(number++, () => {});
    for (let i = 0; i < 50; i++) tick(number++, quiet);
    expect(tick(number++, quiet).tables[0]!.slots.length).toBeLessThan(lengths[0]! / 4);
  });
});
