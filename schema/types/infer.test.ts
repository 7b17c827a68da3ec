import { describe, expectTypeOf, test } from 'vitest';
import type { InsertOf, ViewOf } from '../handles/row-types.ts';
import type { Identity } from '../values/identity.ts';
import type { ScheduleAt } from '../values/schedule-at.ts';
import { table } from '../tables/table.ts';
import type { Infer } from './infer.ts';
import { t } from './t.ts';

describe('what the compiler knows of values', () => {
  test('integers from 64 bits on are bigints, the others numbers', () => {
    const row = t.row({ small: t.u32(), wide: t.u64(), huge: t.i256(), real: t.f32() });
    expectTypeOf<Infer<typeof row>>().toEqualTypeOf<{ small: number; wide: bigint; huge: bigint; real: number }>();
  });

  test('options may be undefined; arrays, results and bytes are what they hold', () => {
    const row = t.object('Row', {
      name: t.string().optional(),
      list: t.array(t.option(t.u8())),
      outcome: t.result(t.u8(), t.string()),
      bytes: t.byteArray(),
      at: t.scheduleAt(),
    });
    expectTypeOf<Infer<typeof row>>().toEqualTypeOf<{
      name: string | undefined;
      list: (number | undefined)[];
      outcome: { readonly tag: 'ok'; readonly value: number } | { readonly tag: 'err'; readonly value: string };
      bytes: Uint8Array;
      at: ScheduleAt;
    }>();
  });

  test('enums are tagged unions, with a value where a variant has one', () => {
    const plain = t.enum('Plain', ['Idle', 'Busy']);
    const rich = t.enum('Rich', { Stay: t.unit(), Go: t.object({ x: t.f32() }) });
    expectTypeOf<Infer<typeof plain>>().toEqualTypeOf<{ readonly tag: 'Idle' } | { readonly tag: 'Busy' }>();
    expectTypeOf<Infer<typeof rich>>().toEqualTypeOf<
      { readonly tag: 'Stay' } | { readonly tag: 'Go'; readonly value: { x: number } }
    >();
    plain.primaryKey();
  });

  test('an insert may leave out what has a value of its own; a view keeps its key', () => {
    const item = table(
      {},
      {
        id: t.u64().primaryKey().autoInc(),
        owner: t.identity(),
        count: t.u16().default(3),
        note: t.string().optional(),
      },
    );
    expectTypeOf<InsertOf<typeof item>>().toEqualTypeOf<{
      owner: Identity;
      id?: bigint | undefined;
      count?: number | undefined;
      note?: string | undefined;
    }>();
    expectTypeOf<ViewOf<typeof item>>().toEqualTypeOf<{
      readonly id: bigint;
      owner: Identity;
      count: number;
      note: string | undefined;
    }>();
    expectTypeOf<Infer<typeof item>>().toEqualTypeOf<{
      id: bigint;
      owner: Identity;
      count: number;
      note: string | undefined;
    }>();
  });
});
