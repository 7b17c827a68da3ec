import { ConnectionId, Identity, ScheduleAt, TimeDuration, Timestamp, Uuid } from '@tickbase/schema/values';
import { defaultToJson } from '../../schema/plan/default-to-json.ts';
import type { TypePlan } from '@tickbase/schema/plan';
import { expect, test } from 'vitest';
import { makePlan } from './testing/make-plan.ts';
import { openWorld } from './testing/open-world.ts';

const MOOD: TypePlan = {
  kind: 'enum',
  name: 'Mood',
  variants: [
    { id: 4, name: 'Calm', type: { kind: 'unit' } },
    { id: 9, name: 'Angry', type: { kind: 'unit' } },
    { id: 2, name: 'Sad', type: { kind: 'unit' } },
  ],
};

/** Three values of each type that can be a key, in ascending order, the type's ends among them. */
const KEYS: readonly (readonly [TypePlan, readonly [unknown, unknown, unknown]])[] = [
  ...([8, 16, 32] as const).flatMap((bits) => [
    [{ kind: `u${bits}` }, [0, 5, 2 ** bits - 1]] as const,
    [{ kind: `i${bits}` }, [-(2 ** (bits - 1)), -3, 2 ** (bits - 1) - 1]] as const,
  ]),
  ...([64n, 128n, 256n] as const).flatMap((bits) => [
    [{ kind: `u${bits}` } as TypePlan, [0n, 5n, (1n << bits) - 1n]] as const,
    [{ kind: `i${bits}` } as TypePlan, [-(1n << (bits - 1n)), -3n, (1n << (bits - 1n)) - 1n]] as const,
  ]),
  [{ kind: 'string' }, ['', 'Zoë', 'zoe']],
  [{ kind: 'identity' }, [new Identity(1n), new Identity(7n), new Identity(1n << 255n)]],
  [{ kind: 'connectionId' }, [new ConnectionId(1n), new ConnectionId(7n), new ConnectionId(1n << 127n)]],
  [{ kind: 'uuid' }, [new Uuid(1n), new Uuid(7n), new Uuid(1n << 127n)]],
  [{ kind: 'timestamp' }, [new Timestamp(-9n), new Timestamp(0n), new Timestamp(1n << 62n)]],
  [{ kind: 'timeDuration' }, [new TimeDuration(-9n), new TimeDuration(0n), new TimeDuration(1n << 62n)]],
  [MOOD, [{ tag: 'Sad' }, { tag: 'Calm' }, { tag: 'Angry' }]],
];
const FLOATS: typeof KEYS = [
  [{ kind: 'f32' }, [-1.5, 0, Math.fround(3e38)]],
  [{ kind: 'f64' }, [-Infinity, 0.1, 1e300]],
];
const OTHERS: readonly (readonly [TypePlan, readonly unknown[]])[] = [
  [{ kind: 'bool' }, [false, true]],
  [{ kind: 'bytes' }, [new Uint8Array(0), new Uint8Array([3, 250])]],
  [{ kind: 'scheduleAt' }, [ScheduleAt.time(5n), ScheduleAt.interval(7n)]],
  [{ kind: 'unit' }, [{}]],
];
const name = ([type]: readonly [TypePlan, ...unknown[]]): string => type.kind;

test.each(KEYS.map((entry) => [name(entry), ...entry] as const))(
  '%s is a key, unique, and in every kind of index',
  (_, type, values) => {
    const plan = makePlan(
      [
        {
          name: 'pair',
          columns: { key: type, twin: type, mark: type, other: { kind: 'u8' } },
          key: ['key'],
          indexes: [
            { accessor: 'twin', algorithm: 'btree', columns: ['twin'], isUnique: true },
            { accessor: 'hashed', algorithm: 'hash', columns: ['mark'] },
            { accessor: 'both', algorithm: 'btree', columns: ['other', 'mark'] },
          ],
        },
        { name: 'joined', columns: { a: type, b: { kind: 'u8' } }, key: ['a', 'b'] },
      ],
      { reducers: [{ name: 'run' }] },
    );
    const world = openWorld(plan);
    const [low, middle, high] = values;
    world.run(({ db }) => {
      for (const [i, key] of values.entries()) {
        db.pair.insert({ key, twin: values[(i + 1) % 3], mark: middle, other: 7 });
        db.joined.insert({ a: key, b: i });
      }
      expect(() => db.pair.insert({ key: low, twin: low, mark: low, other: 8 })).toThrow('STORE_UNIQUE_VIOLATION');
      expect(() => (db.pair.key.edit(low).twin = low)).toThrow('STORE_UNIQUE_VIOLATION');
      for (const [i, key] of values.entries()) {
        expect(db.pair.key.find(key)).toEqual({ key, twin: values[(i + 1) % 3], mark: middle, other: 7 });
        expect(db.pair.twin.find(key).key).toEqual(values[(i + 2) % 3]);
        expect(db.joined.key.find([key, i])).toEqual({ a: key, b: i });
        expect(db.joined.key.find([key, 9])).toBeNull();
      }
      expect(Array.from(db.pair.hashed.filter(middle))).toHaveLength(3);
      expect(Array.from(db.pair.hashed.filter(high))).toEqual([]);
      db.pair.key.edit(middle).mark = high;
      expect(Array.from(db.pair.both.filter([7]), (row: { mark: unknown }) => row.mark)).toEqual([
        middle,
        middle,
        high,
      ]);
      expect(db.pair.both.delete([7, middle])).toBe(2);
      expect(db.pair.key.delete(middle)).toBe(true);
      expect(db.pair.count()).toBe(0n);
    });
  },
);

test.each(FLOATS.map((entry) => [name(entry), ...entry] as const))(
  '%s is in a btree, without NaN',
  (_, type, values) => {
    const plan = makePlan(
      [
        {
          name: 'mark',
          columns: { id: { kind: 'u8' }, value: type },
          key: ['id'],
          indexes: [{ accessor: 'value', algorithm: 'btree', columns: ['value'] }],
        },
      ],
      { reducers: [{ name: 'run' }] },
    );
    const world = openWorld(plan);
    world.run(({ db }) => {
      values.forEach((value, i) => db.mark.insert({ id: i + 4, value }));
      db.mark.insert({ id: 9, value: -0 });
      expect(Array.from(db.mark.value.filter(values[1]))).toHaveLength(values[1] === 0 ? 2 : 1);
      expect(() => db.mark.insert({ id: 8, value: Number.NaN })).toThrow(
        /VALUE_NAN_KEY: NaN [^]*table mark, column value/,
      );
    });
  },
);

test.each([...KEYS, ...FLOATS, ...OTHERS].map(([type, values]) => [type.kind, type, values] as const))(
  '%s is a default, an option, an item of an array, a field, and what an enum carries',
  (_, type, values) => {
    const last = values.at(-1);
    const carrier: TypePlan = {
      kind: 'enum',
      name: 'Carrier',
      variants: [
        { id: 1, name: 'None', type: { kind: 'unit' } },
        { id: 6, name: 'One', type },
      ],
    };
    const plan = makePlan(
      [
        {
          name: 'box',
          columns: {
            id: { kind: 'u8' },
            plain: type,
            given: type,
            maybe: { kind: 'option', of: type },
            list: { kind: 'array', of: type },
            nested: { kind: 'object', name: null, fields: [{ name: 'field', type: { kind: 'option', of: type } }] },
            carrier,
            result: { kind: 'result', ok: type, err: { kind: 'string' } },
          },
          key: ['id'],
          defaults: { given: { json: defaultToJson(type, last) } },
        },
      ],
      { reducers: [{ name: 'run' }] },
    );
    const world = openWorld(plan);
    const row = {
      id: 3,
      plain: last,
      maybe: last,
      list: [...values],
      nested: { field: last },
      carrier: type.kind === 'unit' ? { tag: 'One' } : { tag: 'One', value: last },
      result: { tag: 'ok', value: last },
    };
    world.run(({ db }) => db.box.insert(row));
    expect(world.run(({ db }) => db.box.id.find(3))).toEqual({ ...row, given: last });
    world.run(({ db }) => {
      const view = db.box.id.edit(3);
      view.maybe = undefined;
      view.carrier = { tag: 'None' };
      expect(() => (view.list = [Symbol('no value')])).toThrow(/VALUE_[^]*column list/);
    });
    const { maybe, carrier: carried } = world.run(({ db }) => db.box.id.find(3));
    expect([maybe, carried]).toEqual([undefined, { tag: 'None' }]);
  },
);

const WIDTHS = ['u8', 'u16', 'u32', 'u64', 'u128', 'u256', 'i8', 'i16', 'i32', 'i64', 'i128', 'i256'] as const;

test.each(WIDTHS)('auto-increment of %s counts from 1, with 0 as the trigger, and ends at the type’s end', (kind) => {
  const plan = makePlan(
    [{ name: 'ticket', columns: { id: { kind }, note: { kind: 'u16' } }, key: ['id'], autoInc: ['id'] }],
    { reducers: [{ name: 'run' }] },
  );
  const world = openWorld(plan);
  const bits = Number(kind.slice(1));
  const number = (value: number): number | bigint => (bits >= 64 ? BigInt(value) : value);
  world.run(({ db }) => {
    db.ticket.insert({ id: number(2), note: 1 });
    expect([3, 4, 5].map((note) => db.ticket.insert({ id: number(0), note }).id)).toEqual([1, 3, 4].map(number));
    expect(db.ticket.insert({ note: 6 }).id).toBe(number(5));
    if (bits > 8) return;
    const max = kind === 'u8' ? 255 : 127;
    for (let id = 6; id <= max; id++) expect(db.ticket.insert({ id: 0, note: 7 }).id).toBe(id);
    expect(() => db.ticket.insert({ id: 0, note: 7 })).toThrow(/STORE_SEQUENCE_EXHAUSTED[^]*table ticket, column id/);
    db.ticket.id.delete(9);
    expect(() => db.ticket.insert({ id: 0, note: 7 })).toThrow('STORE_SEQUENCE_EXHAUSTED');
  });
});

const FLOAT: TypePlan = { kind: 'f32' };

test.each<[string, TypePlan, (number: number) => unknown]>([
  ['an option', { kind: 'option', of: FLOAT }, (number) => number],
  ['an array', { kind: 'array', of: FLOAT }, (number) => [3, number]],
  ['an object', { kind: 'object', name: null, fields: [{ name: 'a', type: FLOAT }] }, (number) => ({ a: number })],
  [
    'a payload',
    {
      kind: 'enum',
      name: 'Deed',
      variants: [
        { id: 3, name: 'Rest', type: { kind: 'unit' } },
        { id: 7, name: 'Walk', type: { kind: 'option', of: FLOAT } },
      ],
    },
    (number) => ({ tag: 'Walk', value: number }),
  ],
  ['a result', { kind: 'result', ok: FLOAT, err: { kind: 'string' } }, (number) => ({ tag: 'ok', value: number })],
])('a float within %s of a key is like one that stands alone: -0 is 0, NaN is refused', (_, type, valueOf) => {
  for (const keyAlgorithm of ['btree', 'hash'] as const) {
    const plan = makePlan([{ name: 'mark', columns: { key: type, note: type }, key: ['key'], keyAlgorithm }], {
      reducers: [{ name: 'run' }],
    });
    const world = openWorld(plan);
    world.run(({ db }) => db.mark.insert({ key: valueOf(-0), note: valueOf(Number.NaN) }));
    world.run(({ db }) => {
      expect(db.mark.key.find(valueOf(0))).toEqual({ key: valueOf(0), note: valueOf(Number.NaN) });
      expect(() => db.mark.insert({ key: valueOf(0), note: valueOf(1) })).toThrow('STORE_UNIQUE_VIOLATION');
      expect(() => db.mark.insert({ key: valueOf(Number.NaN), note: valueOf(1) })).toThrow(
        /VALUE_NAN_KEY: NaN [^]*table mark, column key/,
      );
    });
  }
});
