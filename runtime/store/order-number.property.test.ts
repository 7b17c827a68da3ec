import { Prng } from '@tickbase/base';
import type { TypePlan } from '@tickbase/schema/plan';
import { expect, test } from 'vitest';
import { Column } from './column.ts';
import { compareSlots } from './compare-slots.ts';
import { orderNumber } from './order-number.ts';

const KINDS = 'bool u8 i8 u16 i16 u32 i32 f32 f64 u64 i64 u128 i128 u256 i256 timestamp identity string'.split(' ');

test.each(KINDS)('of two values of type %s the lower never has the higher number', (kind) => {
  const plan = { id: 1, name: 'c', accessor: 'c', type: { kind } as TypePlan, default: null, autoInc: false };
  const place = { plan, position: 0, tableName: 't', isKey: true, isCoordinate: false };
  const count = 120;
  const column = new Column(place as unknown as ConstructorParameters<typeof Column>[0], count);
  const prng = new Prng(41);
  const words = [0, 1, 2, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0x001f_ffff, 0x0020_0000, 0xffff_fffe, 0xffff_ffff];
  // Values that differ in one place only, at the ends of words and of what a number holds exactly, and random ones.
  for (let i = 0; i < column.words.length; i++) column.words[i] = prng.int(0, 4) === 0 ? prng.u32() : prng.pick(words);
  if (kind === 'string') for (let slot = 0; slot < count; slot++) column.strings[slot] = `${prng.int(0, 99)}`;
  if (kind === 'bool') for (let slot = 0; slot < count; slot++) column.bytes[slot] = slot & 1;
  const isNumber = (slot: number): boolean => !kind.startsWith('f') || !Number.isNaN(column.data[slot]);
  const slots = Array.from({ length: count }, (_, slot) => slot).filter(isNumber);
  for (const a of slots) {
    for (const b of slots) {
      if (compareSlots(column, a, b) < 0 && orderNumber(column, a) > orderNumber(column, b)) {
        expect.fail(`slots ${a} and ${b} are in another order than their numbers`);
      }
    }
  }
  expect(slots.length).toBeGreaterThan(count / 3);
});
