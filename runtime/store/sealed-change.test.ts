import { expect, test } from 'vitest';
import type { Plan } from '@tickbase/schema/plan';
import { makePlan } from '../transactions/testing/make-plan.ts';
import { CHANGE_UPDATE, createTables, Sealer, STATE_OPEN, type Table, UndoLog, writeValue } from './index.ts';

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
    return sealer.seal(number, BigInt(number) * 1000n);
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
