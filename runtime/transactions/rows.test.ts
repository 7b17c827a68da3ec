import { Identity, Range, Timestamp } from '@tickbase/schema/values';
import { describe, expect, test } from 'vitest';
import { CHANGE_INSERT, CHANGE_UPDATE } from '../store/index.ts';
import { makePlan } from './testing/make-plan.ts';
import { openWorld } from './testing/open-world.ts';

type Row = Record<string, unknown>;

const plan = makePlan(
  [
    {
      name: 'body',
      columns: {
        id: { kind: 'u64' },
        kind: { kind: 'u8' },
        floor: { kind: 'u16' },
        x: { kind: 'f32' },
        y: { kind: 'f32' },
        label: { kind: 'string' },
      },
      key: ['id'],
      autoInc: ['id'],
      defaults: { label: { json: 'nobody' } },
      indexes: [
        { accessor: 'kind', algorithm: 'btree', columns: ['kind'] },
        { accessor: 'label', algorithm: 'hash', columns: ['label'], isUnique: true },
      ],
      spatial: { x: 'x', y: 'y', space: 'floor', cell: 32 },
    },
    {
      name: 'slot',
      columns: { owner: { kind: 'string' }, place: { kind: 'i16' }, item: { kind: 'u32' } },
      key: ['owner', 'place'],
      keyAlgorithm: 'btree',
      indexes: [{ accessor: 'insert', algorithm: 'hash', columns: ['item'] }],
    },
    { name: 'tag', columns: { name: { kind: 'string' }, note: { kind: 'option', of: { kind: 'f64' } } }, indexes: [] },
    { name: 'shout', columns: { text: { kind: 'string' } }, isEvent: true },
  ],
  { reducers: [{ name: 'run' }] },
);

const body = (values: object): object => ({ id: 0n, kind: 3, floor: 2, x: 5, y: -6, label: 'ann', ...values });

describe('rows', () => {
  test('insert fills auto-increment and defaults and returns the row as it is held', () => {
    const world = openWorld(plan);
    const row = world.run(({ db }) => db.body.insert({ id: 0n, kind: 3, floor: 2, x: 0.1, y: 2 }));
    expect(row).toEqual({ id: 1n, kind: 3, floor: 2, x: Math.fround(0.1), y: 2, label: 'nobody' });
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  });

  test('found rows are copies: changing one changes nothing', () => {
    const world = openWorld(plan);
    world.run(({ db }) => db.tag.insert({ name: 'a', note: 4.5 }));
    world.run(({ db }) => {
      const [row] = db.tag.iter();
      row.name = 'b';
    });
    expect(world.run(({ db }) => [...db.tag])).toEqual([{ name: 'a', note: 4.5 }]);
  });

  test('auto-increment skips numbers that were given by hand and is not moved by them', () => {
    const world = openWorld(plan);
    world.run(({ db }) => db.body.insert(body({ id: 2n, label: 'by hand' })));
    const ids = world.run(({ db }) => [1, 2, 3].map((n) => db.body.insert(body({ label: `${n}` })).id));
    expect(ids).toEqual([1n, 3n, 4n]);
  });

  test('a rollback restores the sequence', () => {
    const world = openWorld(plan);
    expect(() =>
      world.run(({ db }) => {
        db.body.insert(body({}));
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(world.run(({ db }) => db.body.insert(body({})).id)).toBe(1n);
  });

  test('edit writes single columns, keeps indexes, and cannot change the key', () => {
    const world = openWorld(plan);
    world.run(({ db }) => db.body.insert(body({})));
    world.run(({ db }) => {
      const view = db.body.id.edit(1n);
      view.kind = 9;
      view.x += 1.5;
      expect(view.x).toBe(6.5);
      expect(Array.from(db.body.kind.filter(9), (row: Row) => row['id'])).toEqual([1n]);
      expect(db.body.kind.filter(3).next().done).toBe(true);
      expect(() => (view.id = 8n)).toThrow('STORE_KEY_FIXED');
    });
    const [change] = world.record!.tables;
    expect(change!.ops[0]).toBe(CHANGE_UPDATE);
    expect(change!.masks[0]).toBe(0b1010);
  });

  test('edit of a table goes over all rows that lived at its start', () => {
    const world = openWorld(plan);
    world.run(({ db }) => {
      for (const label of ['ann', 'bob', 'eve']) db.body.insert(body({ label }));
    });
    world.run(({ db }) => {
      for (const view of db.body.edit()) {
        if (view.label === 'ann') db.body.id.delete(2n);
        view.x += 1;
        if (view.label === 'eve') db.body.insert(body({ label: 'dan' }));
      }
    });
    const rows = world.run(({ db }) => [...db.body].map(({ label, x }: Row) => [label, x]));
    expect(rows).toEqual([
      ['ann', 6],
      ['eve', 6],
      ['dan', 5],
    ]);
    expect(() => world.run(({ db }) => db.tag.edit())).toThrow('primary key');
  });

  test('iterators of views may be driven by hand: a view asked for late is one of the moment of its turn', () => {
    for (const edit of ['all', 'kind']) {
      const world = openWorld(plan);
      world.run(({ db }) => {
        for (const label of ['ann', 'bob', 'eve']) db.body.insert(body({ label, kind: 4 }));
      });
      const kept = world.run(({ db }) => {
        const views = edit === 'all' ? db.body.edit() : db.body.kind.edit(4);
        const [ann, bob, eve, end] = [views.next(), views.next(), views.next(), views.next()];
        expect([ann.done, bob.done, eve.done, end.done]).toEqual([false, false, false, true]);
        expect([bob.value.label, eve.value.label, end.value]).toEqual(['bob', 'eve', undefined]);
        expect(views.next().done).toBe(true);
        ann.value.x = 17;
        expect(ann.value.x).toBe(17);
        db.body.id.delete(ann.value.id);
        expect(() => ann.value.x).toThrow('STORE_STALE_VIEW');
        expect(bob.value.x).toBe(5);
        return bob;
      });
      expect(() => world.run(() => kept.value.x)).toThrow('STORE_STALE_VIEW');
    }
  });

  test('edit of a key that is not there throws, and find gives null', () => {
    const world = openWorld(plan);
    expect(() => world.run(({ db }) => db.body.id.edit(7n))).toThrow('STORE_NO_SUCH_ROW');
    expect(world.run(({ db }) => db.body.id.find(7n))).toBeNull();
  });

  test('a refused statement changes nothing, and the transaction may go on', () => {
    const world = openWorld(plan);
    world.run(({ db }) => {
      db.body.insert(body({ label: 'one' }));
      const second = db.body.insert(body({ label: 'two' }));
      expect(() => db.body.id.update({ ...second, kind: 8, label: 'one' })).toThrow('STORE_UNIQUE_VIOLATION');
      const view = db.body.id.edit(second.id);
      expect(() => (view.label = 'one')).toThrow('STORE_UNIQUE_VIOLATION');
      expect(() => (view.x = Number.NaN)).toThrow('STORE_COORDINATE');
    });
    expect(world.run(({ db }) => db.body.label.find('two'))).toMatchObject({ id: 2n, kind: 3, x: 5 });
  });

  test('errors name table, column and value', () => {
    const world = openWorld(plan);
    const attempt = (values: object): string => {
      try {
        world.run(({ db }) => db.body.insert(body(values)));
      } catch (error) {
        return String(error).replaceAll('\n', ' ');
      }
      return 'no error';
    };
    expect(attempt({ kind: 256 })).toMatch(/VALUE_RANGE: 256 is not .* 0 to 255 +where: table body, column kind/);
    expect(attempt({ kind: 1.5 })).toMatch(/VALUE_RANGE: 1.5/);
    expect(attempt({ kind: '3' })).toMatch(/VALUE_TYPE: "3" is not a number/);
    expect(attempt({ id: 4 })).toMatch(/VALUE_TYPE: 4 is not a bigint .*column id/);
    expect(attempt({ label: 'a\ud800' })).toMatch(/VALUE_TEXT.*column label/);
    expect(attempt({ label: 'x'.repeat(1_048_577) })).toMatch(/VALUE_TOO_LONG/);
    expect(attempt({ y: 1e30 })).toMatch(/STORE_COORDINATE.*column y/);
    expect(attempt({ x: undefined })).toMatch(/STORE_MISSING_VALUE.*column x/);
    expect(attempt({ label: 'fine' })).toBe('no error');
  });

  test('a row deleted and inserted again under its key within a tick is an update in its old slot', () => {
    const world = openWorld(plan);
    world.run(({ db }) => {
      db.body.insert(body({ label: 'one' }));
      db.body.insert(body({ label: 'two' }));
    });
    world.run(({ db }) => {
      db.body.id.delete(1n);
      db.body.insert(body({ id: 1n, label: 'one', kind: 5 }));
    });
    const [change] = world.record!.tables;
    expect([change!.count, change!.slots[0], change!.ops[0], change!.masks[0]]).toEqual([1, 0, CHANGE_UPDATE, 0b10]);
  });

  test('a row inserted and deleted within a tick is no change', () => {
    const world = openWorld(plan);
    world.run(({ db }) => {
      const { id } = db.body.insert(body({}));
      db.body.id.delete(id);
    });
    expect(world.record!.tables).toEqual([]);
    expect(world.record!.isLogEmpty).toBe(false); // the sequence moved
  });

  test('writing the value that is there is no change', () => {
    const world = openWorld(plan);
    const row = world.run(({ db }) => db.body.insert(body({})));
    world.run(({ db }) => {
      db.body.id.update(row);
      db.body.id.edit(1n).kind = 3;
    });
    expect(world.record!.tables).toEqual([]);
    expect(world.record!.isLogEmpty).toBe(true);
    expect(world.record!.logged()).toHaveLength(0);
  });

  test('composite keys are found by lists, prefixes and ranges', () => {
    const world = openWorld(plan);
    world.run(({ db }) => {
      for (const owner of ['ann', 'bob'])
        for (const place of [-2, 5, 9]) db.slot.$insert({ owner, place, item: place + 10 });
    });
    world.run(({ db }) => {
      expect(db.slot.key.find(['bob', 5])).toEqual({ owner: 'bob', place: 5, item: 15 });
      expect(Array.from(db.slot.key.filter(['ann']), (row: Row) => row['place'])).toEqual([-2, 5, 9]);
      const range = new Range({ tag: 'excluded', value: -2 }, { tag: 'included', value: 9 });
      expect(Array.from(db.slot.key.filter(['ann', range]), (row: Row) => row['place'])).toEqual([5, 9]);
      expect(() => db.slot.key.find(['bob'])).toThrow('STORE_BAD_KEY');
      db.slot.key.upsert({ owner: 'bob', place: 5, item: 99 });
      expect(db.slot.key.find(['bob', 5])!.item).toBe(99);
    });
  });

  test('rows of a range come with the values of their turn, their key among them', () => {
    const world = openWorld(plan);
    world.run(({ db }) => {
      for (const [label, kind] of [
        ['ann', 3],
        ['bob', 4],
        ['cyd', 5],
        ['dan', 6],
      ] as const) {
        db.body.insert(body({ label, kind }));
      }
      const all = [
        ['ann', 3],
        ['bob', 4],
        ['cyd', 5],
        ['dan', 6],
      ];
      const from3 = new Range({ tag: 'included', value: 3 }, { tag: 'unbounded' });
      const kinds = (change: (row: Row) => void): unknown[] =>
        Array.from(db.body.kind.filter(from3), (row: Row) => {
          change(row);
          return [row['label'], row['kind']];
        });
      expect(kinds(() => {})).toEqual(all);
      const lastFirst = ({ label }: Row): void => {
        if (label === 'ann') db.body.id.edit(4n).kind = 200;
        if (label === 'bob') db.body.id.delete(3n);
      };
      expect(kinds(lastFirst)).toEqual([
        ['ann', 3],
        ['bob', 4],
        ['dan', 200],
      ]);
    });
  });

  test('an index called like one of our members keeps its name, and ours gets a dollar sign', () => {
    const world = openWorld(plan);
    world.run(({ db }) => db.slot.$insert({ owner: 'ann', place: 4, item: 31 }));
    expect(world.run(({ db }) => Array.from(db.slot.insert.filter(31)))).toEqual([
      { owner: 'ann', place: 4, item: 31 },
    ]);
  });

  test('a table without a key is a set', () => {
    const world = openWorld(plan);
    world.run(({ db }) => {
      db.tag.insert({ name: 'a', note: 1 });
      db.tag.insert({ name: 'a', note: 1 });
      db.tag.insert({ name: 'a' });
      expect(db.tag.count()).toBe(2n);
      expect(db.tag.delete({ name: 'a', note: 2 })).toBe(false);
      expect(db.tag.delete({ name: 'a', note: 1 })).toBe(true);
      expect(Array.from(db.tag)).toEqual([{ name: 'a', note: undefined }]);
      expect(db.tag.clear()).toBe(1n);
    });
  });

  test('event rows live for their tick, in order and never merged', () => {
    const world = openWorld(plan);
    world.run(({ db }) => {
      db.shout.insert({ text: 'b' });
      db.shout.insert({ text: 'a' });
    });
    const [change] = world.record!.tables;
    const view = world.world.tables[3]!;
    expect([...change!.slots.subarray(0, change!.count)].map((slot) => view.valueAt(0, slot))).toEqual(['b', 'a']);
    expect([...change!.ops.subarray(0, 2)]).toEqual([CHANGE_INSERT, CHANGE_INSERT]);
    expect(world.record!.isLogEmpty).toBe(true);
    expect(world.run(({ db }) => db.shout.count())).toBe(0n);
  });

  test('a freed slot rests before another row gets it, the one that was freed first before others', () => {
    const world = openWorld(plan); // slots rest for 3 ticks
    const slotOf = (): number => world.record!.tables[0]!.slots[0]!;
    const insert = (label: string): number => {
      world.run(({ db }) => db.body.insert(body({ label })));
      return slotOf();
    };
    expect([insert('a'), insert('b')]).toEqual([0, 1]);
    world.run(({ db }) => db.body.label.delete('b'));
    world.run(({ db }) => db.body.label.delete('a'));
    expect([insert('c'), insert('d'), insert('e'), insert('f')]).toEqual([2, 1, 0, 3]);
  });

  test('rows change their cell a sixteenth of a cell past the border', () => {
    const world = openWorld(plan);
    const grid = world.world.tables[0]!.grid!;
    const moveTo = (x: number): number => {
      world.run(({ db }) => (db.body.id.edit(1n).x = x));
      return grid.cellX[grid.cellOfSlot[0]!]!;
    };
    world.run(({ db }) => db.body.insert(body({})));
    expect([moveTo(33.9), moveTo(34.1), moveTo(30.1), moveTo(29.9)]).toEqual([0, 1, 1, 0]);
    const cell = grid.findCell(2, 0, -1);
    expect(grid.slotsInCell(cell)).toEqual([0]);
    world.run(({ db }) => (db.body.id.edit(1n).floor = 7));
    expect(grid.slotsInCell(cell)).toEqual([]);
    expect(grid.findCell(9, 0, -1)).toBe(-1);
  });

  test('within finds rows of one space, the rim included', () => {
    const world = openWorld(plan);
    const found = world.run(({ db }) => {
      db.body.insert(body({ x: 3, y: 4, label: 'rim' }));
      db.body.insert(body({ x: 3, y: 4.5, label: 'out' }));
      db.body.insert(body({ x: 0, y: 0, floor: 1, label: 'other floor' }));
      return [...db.body.within({ x: 0, y: 0, radius: 5, space: 2 })].map((row) => row.label);
    });
    expect(found).toEqual(['rim']);
  });

  test('columns of the value classes come back as what they were', () => {
    const timed = makePlan(
      [{ name: 'deed', columns: { at: { kind: 'timestamp' }, who: { kind: 'identity' } }, key: ['at'] }],
      {
        reducers: [{ name: 'run' }],
      },
    );
    const world = openWorld(timed);
    world.run(({ db, sender }) => db.deed.insert({ at: new Timestamp(77n), who: sender }));
    world.run(({ db, sender }) => {
      const row = db.deed.at.find(new Timestamp(77n));
      expect(row.who.isEqual(sender)).toBe(true);
      expect(row.at.microsSinceUnixEpoch).toBe(77n);
    });
  });
});

test('a key that is taken is told as it is written elsewhere: an identity by all its digits', () => {
  const plan = makePlan(
    [{ name: 'player', columns: { identity: { kind: 'identity' }, gold: { kind: 'u32' } }, key: ['identity'] }],
    { reducers: [{ name: 'run' }] },
  );
  const ann = new Identity(0xc0ffeen);
  openWorld(plan).run(({ db }) => {
    db.player.insert({ identity: ann, gold: 3 });
    expect(() => db.player.insert({ identity: ann, gold: 4 })).toThrow(`another row has ${ann.toHexString()} already`);
  });
});
