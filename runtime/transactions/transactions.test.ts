import { SenderError } from '@tickbase/schema';
import { ScheduleAt } from '@tickbase/schema/values';
import { describe, expect, test } from 'vitest';
import { INTEREST_CENTRES, INTEREST_FAILED, INTEREST_NONE } from '../store/index.ts';
import { installConsole } from './install-console.ts';
import { makePlan } from './testing/make-plan.ts';
import { openWorld } from './testing/open-world.ts';
import { runDueSystems } from './testing/run-due-systems.ts';
import { CALL_COMMITTED, CALL_FAILED, CALL_REFUSED } from './world.ts';

const plan = makePlan(
  [
    { name: 'purse', columns: { id: { kind: 'u32' }, gold: { kind: 'i64' }, seal: { kind: 'bytes' } }, key: ['id'] },
    {
      name: 'spot',
      columns: { id: { kind: 'u16' }, east: { kind: 'f64' }, north: { kind: 'f64' }, cave: { kind: 'u8' } },
      key: ['id'],
      spatial: { x: 'east', y: 'north', space: 'cave', cell: 16 },
    },
    {
      name: 'alarm',
      columns: { id: { kind: 'u64' }, at: { kind: 'scheduleAt' }, text: { kind: 'string' } },
      key: ['id'],
      autoInc: ['id'],
      schedule: { reducer: 'ring', column: 'at' },
    },
  ],
  {
    tickRate: 20,
    reducers: [
      { name: 'run' },
      {
        name: 'pay',
        params: { from: { kind: 'u32' }, to: { kind: 'u32' }, gold: { kind: 'i64' }, note: { kind: 'bytes' } },
      },
      { name: 'ring', role: 'scheduled', params: { arg: { kind: 'unit' } } },
      { name: 'clientConnected', role: 'clientConnected' },
    ],
    systems: [
      { name: 'drain', everyTicks: 2 },
      { name: 'broken', everyTicks: 5 },
    ],
    hasInterest: true,
  },
);

const NOTHING = { ring: () => {}, pay: () => {}, clientConnected: () => {}, drain: () => {}, broken: () => {} };
const purse = (id: number, gold = 100n): object => ({ id, gold, seal: new Uint8Array([id, 2]) });

const inner = (ctx: { db: { purse: { insert(row: object): void } } }): void => ctx.db.purse.insert(purse(5));

const draw = (): unknown[] => {
  const seen: unknown[] = [];
  const world = openWorld(plan, {
    ...NOTHING,
    pay: (ctx) => {
      const { microsSinceUnixEpoch } = ctx.timestamp;
      seen.push([microsSinceUnixEpoch, ctx.tick, ctx.random(), ctx.newUuidV4().toString(), ctx.newUuidV7().toString()]);
    },
  });
  world.tick(() => {
    world.world.runCall(1, new Uint8Array(17), world.caller);
    world.world.runCall(1, new Uint8Array(17), world.caller);
  }, 88_000_000);
  return seen;
};

const ringing = (): { world: ReturnType<typeof openWorld>; rung: string[] } => {
  const rung: string[] = [];
  const world = openWorld(plan, {
    ...NOTHING,
    ring: (ctx, { arg: row }) => {
      rung.push(`${row.text}@${ctx.timestamp.microsSinceUnixEpoch / 1000n}`);
      if (row.text === 'bad') throw new Error('a bad alarm');
      if (row.text === 'again') {
        ctx.db.alarm.id.edit(row.id).at = ScheduleAt.time(ctx.timestamp.microsSinceUnixEpoch + 3_000_000n);
        ctx.db.alarm.id.edit(row.id).text = 'once more';
      }
      if (!ctx.senderAuth.isInternal) throw new Error('a client rang');
    },
  });
  return { world, rung };
};

const at = (world: ReturnType<typeof openWorld>, seconds: number): number => {
  let ran = 0;
  world.tick(() => {
    ran = world.world.runDueTimers(100);
  }, seconds * 1_000_000);
  return ran;
};

// oxlint-disable-next-line typescript/no-explicit-any
const withCentre = (centre: (ctx: any) => unknown): ReturnType<typeof openWorld> => {
  const world = openWorld(plan, NOTHING, centre);
  world.run(({ db }) => {
    db.spot.insert({ id: 7, east: 12.5, north: -3, cave: 4 });
    db.spot.insert({ id: 8, east: 1, north: 2, cave: 0 });
  });
  return world;
};

const readsOf = ({ world }: ReturnType<typeof openWorld>): number[] => [
  ...world.reads.subarray(0, 2 * world.readCount),
];

const nasty = (): never => {
  throw new Error('asked too much');
};

const refusal = (): SenderError => new SenderError('x');

describe('transactions', () => {
  test('SenderError rolls back and its text is for the caller', () => {
    const world = openWorld(plan, {
      ...NOTHING,
      pay: (ctx, { from, gold }) => {
        ctx.db.purse.id.edit(from).gold -= gold;
        throw new SenderError('too poor');
      },
    });
    world.run(({ db }) => db.purse.insert(purse(3)));
    expect(world.call('pay', { from: 3, to: 4, gold: 60n, note: new Uint8Array(0) })).toBe(CALL_REFUSED);
    expect(world.world.lastMessage).toBe('too poor');
    expect(world.record!.isLogEmpty).toBe(true);
    expect(world.world.lastWriteCount).toBe(0);
    expect(world.run(({ db }) => db.purse.id.find(3).gold)).toBe(100n);
  });

  test('any other error is a failure, logged with its stack, origin and sender', () => {
    const world = openWorld(plan, { ...NOTHING, pay: (ctx) => ctx.nothing.here });
    expect(world.call('pay', { from: 3, to: 4, gold: 1n, note: new Uint8Array(0) })).toBe(CALL_FAILED);
    const [line] = world.world.takeLogLines();
    expect(line).toMatchObject({ level: 'error', origin: 'pay', sender: '11'.padStart(64, '0') });
    expect(line!.text).toMatch(/TypeError[\s\S]*transactions\.test\.ts/);
    expect(world.world.takeLogLines()).toEqual([]);
  });

  test('whatever is thrown, the call alone ends by it, and what is told of it is text', () => {
    const rows: [thrown: unknown, outcome: number, message: unknown][] = [
      [null, CALL_FAILED, 'the module threw null'],
      [Symbol('odd'), CALL_FAILED, 'the module threw Symbol(odd)'],
      [Object.create(null), CALL_FAILED, 'the module threw something that cannot be shown'],
      [{ toString: nasty }, CALL_FAILED, 'the module threw something that cannot be shown'],
      [new Proxy({}, { get: nasty, getPrototypeOf: nasty }), CALL_FAILED, expect.any(String)],
      [Object.defineProperty(refusal(), 'message', { get: nasty }), CALL_REFUSED, 'the call was refused'],
      [Object.defineProperty(refusal(), 'message', { value: { slice: nasty } }), CALL_REFUSED, '[object Object]'],
    ];
    for (const [thrown, outcome, message] of rows) {
      const world = openWorld(plan, {
        ...NOTHING,
        pay: () => {
          throw thrown;
        },
      });
      expect(world.call('pay', { from: 3, to: 4, gold: 1n, note: new Uint8Array(0) })).toBe(outcome);
      expect(world.world.lastMessage).toEqual(message);
    }
  });

  test('a promise is refused, and what it does later finds no transaction', async () => {
    let later: Promise<unknown> = Promise.resolve();
    const world = openWorld(plan, {
      ...NOTHING,
      pay: (ctx) => {
        ctx.db.purse.insert(purse(9));
        later = Promise.resolve()
          .then(() => ctx.db.purse.insert(purse(10)))
          .catch(String);
        return later;
      },
    });
    expect(world.call('pay', { from: 3, to: 4, gold: 1n, note: new Uint8Array(0) })).toBe(CALL_FAILED);
    expect(world.world.lastMessage).toContain('promise');
    expect(await later).toContain('STORE_NO_TRANSACTION');
    expect(world.run(({ db }) => db.purse.count())).toBe(0n);
  });

  test('a reducer called inside of a reducer is one transaction with it', () => {
    const world = openWorld(plan, {
      ...NOTHING,
      pay: (ctx) => {
        inner(ctx);
        throw new Error('after it');
      },
    });
    expect(world.call('pay', { from: 3, to: 4, gold: 1n, note: new Uint8Array(0) })).toBe(CALL_FAILED);
    expect(world.run(({ db }) => db.purse.count())).toBe(0n);
  });

  test('views, iterators and ctx.db die with their transaction, handles rest between them', () => {
    const world = openWorld(plan, NOTHING);
    const kept = world.run((ctx) => {
      ctx.db.purse.insert(purse(3));
      ctx.db.purse.insert(purse(4));
      return { ctx, handle: ctx.db.purse, view: ctx.db.purse.id.edit(3), rows: ctx.db.purse.iter() };
    });
    expect(() => kept.view.gold).toThrow('STORE_STALE_VIEW');
    expect(() => kept.rows.next()).toThrow('STORE_STALE_VIEW');
    expect(() => kept.handle.count()).toThrow('STORE_NO_TRANSACTION');
    expect(() => kept.ctx.db).toThrow('STORE_NO_TRANSACTION');
    world.run(({ db }) => {
      expect(() => (kept.view.gold = 4n)).toThrow('STORE_STALE_VIEW');
      expect(() => kept.rows.next()).toThrow('STORE_STALE_VIEW');
      const view = db.purse.id.edit(4);
      db.purse.id.delete(4);
      expect(() => view.gold).toThrow('STORE_STALE_VIEW');
    });
  });

  test('a row object whose accessor uses the database is refused', () => {
    const world = openWorld(plan, NOTHING);
    world.run(({ db }) => {
      const row = {
        ...purse(6),
        get gold() {
          return db.purse.insert(purse(7)).gold;
        },
      };
      expect(() => db.purse.insert(row)).toThrow('STORE_BUSY');
      expect(db.purse.count()).toBe(0n);
      db.purse.insert(purse(8));
    });
    expect(world.run(({ db }) => [...db.purse].map((row) => row.id))).toEqual([8]);
  });

  test('a stack overflow inside of a write rolls back whole', () => {
    const world = openWorld(plan, {
      ...NOTHING,
      pay: (ctx) => {
        const sink = (id: number): void => {
          ctx.db.purse.id.upsert(purse(id % 50, BigInt(id)));
          sink(id + 1);
        };
        try {
          sink(1);
        } catch {
          // The module goes on as if nothing were.
        }
      },
    });
    world.run(({ db }) => db.purse.insert(purse(3, 7n)));
    const digest = JSON.stringify(world.run(({ db }) => [...db.purse].map((row) => [row.id, String(row.gold)])));
    for (let i = 0; i < 5; i++) world.call('pay', { from: 3, to: 4, gold: 1n, note: new Uint8Array(0) });
    const rows = world.run(({ db }) => [...db.purse]);
    for (const row of rows) expect(world.run(({ db }) => db.purse.id.find(row.id))).toEqual(row);
    expect(rows.length === 1 ? JSON.stringify(rows.map((row) => [row.id, String(row.gold)])) : digest).toBe(digest);
  });

  test('lastWrites tells the rows that a committed call wrote, each once', () => {
    const world = openWorld(plan, {
      ...NOTHING,
      pay: (ctx, { from, to, gold }) => {
        const giver = ctx.db.purse.id.edit(from);
        giver.gold -= gold;
        giver.gold -= 1n;
        ctx.db.purse.id.edit(to).gold += gold;
      },
    });
    world.run(({ db }) => [3, 4, 5].forEach((id) => db.purse.insert(purse(id))));
    expect(world.call('pay', { from: 5, to: 4, gold: 2n, note: new Uint8Array(0) })).toBe(CALL_COMMITTED);
    const { lastWrites, lastWriteCount } = world.world;
    expect([...lastWrites.subarray(0, 2 * lastWriteCount)]).toEqual([0, 2, 0, 1]);
  });

  test('bytes of arguments and rows belong to whoever got them', () => {
    const note = new Uint8Array([4, 5, 6]);
    const seen: Uint8Array[] = [];
    const world = openWorld(plan, {
      ...NOTHING,
      pay: (ctx, args) => {
        seen.push(args.note);
        ctx.db.purse.insert({ ...purse(3), seal: args.note });
        args.note[0] = 99;
        ctx.db.purse.id.find(3).seal[1] = 98;
      },
    });
    world.call('pay', { from: 3, to: 4, gold: 2n, note });
    world.call('pay', { from: 3, to: 4, gold: 2n, note: new Uint8Array([1]) });
    expect(world.run(({ db }) => db.purse.id.find(3).seal)).toEqual(note);
    expect(seen[0]).toEqual(new Uint8Array([99, 5, 6]));
  });

  test('time grows with each transaction of a tick; random numbers and ids depend on tick, seed and place alone', () => {
    const [first, second] = draw() as unknown[][];
    expect(draw()).toEqual([first, second]);
    expect([first![0], second![0]]).toEqual([88_000_000n, 88_000_001n]);
    expect(first![2]).not.toBe(second![2]);
    expect(first![3]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(first![4]).toMatch(/^00000001-57c0-7/); // 88 000 ms
  });

  test('console lines carry level and origin', () => {
    const target: { console?: { warn(...values: unknown[]): void } } = {};
    const log = installConsole(target);
    log.origin = 'pay';
    target.console!.warn('gold', 7n, { a: [1, 'b'] });
    expect(log.take()).toEqual([
      { level: 'warn', code: '', text: 'gold 7n { a: [1, "b"] }', origin: 'pay', sender: '' },
    ]);
  });

  test('a hook that the module lacks is committed; its own error fails it', () => {
    const world = openWorld(plan, {
      ...NOTHING,
      clientConnected: (ctx) => {
        if (ctx.senderAuth.isInternal || ctx.connectionId === null) throw new Error('no client');
        throw new SenderError('full');
      },
    });
    world.tick(() => {
      expect(world.world.runHook('init', -1)).toBe(CALL_COMMITTED);
      expect(world.world.runHook('clientConnected', world.caller)).toBe(CALL_REFUSED);
      expect(world.world.lastMessage).toBe('full');
      expect(world.world.runHook('clientConnected', -1)).toBe(CALL_FAILED);
    });
  });
});

describe('systems', () => {
  test('one that missed its turn gets the seconds since its last run', () => {
    const steps: number[] = [];
    const opened = openWorld(makePlan([], { tickRate: 20, systems: [{ name: 'move', everyTicks: 2 }] }), {
      move: (_ctx, dt: number) => void steps.push(dt),
    });
    opened.tick(() => opened.world.runSystem(0));
    opened.tick(() => {});
    opened.tick(() => {});
    opened.tick(() => opened.world.runSystem(0));
    opened.tick(() => opened.world.runSystem(0));
    expect(steps).toEqual([0.1, 0.15, 0.05]);
  });

  test('each is due by its own ticks, gets the seconds since its last run, and a throw undoes that system only', () => {
    const steps: number[] = [];
    const world = openWorld(plan, {
      ...NOTHING,
      drain: (ctx, dt: number) => {
        steps.push(dt);
        for (const row of ctx.db.purse.iter()) ctx.db.purse.id.edit(row.id).gold -= 1n;
      },
      broken: (ctx) => {
        ctx.db.purse.clear();
        throw new Error('broken by design');
      },
    });
    world.run(({ db }) => db.purse.insert(purse(3))); // tick 41
    for (let tick = 42; tick <= 45; tick++) world.tick(() => runDueSystems(world.world, tick));
    expect(steps).toEqual([0.1, 0.1]);
    expect(world.run(({ db }) => db.purse.id.find(3).gold)).toBe(98n);
    const lines = world.world.takeLogLines();
    expect(lines.map((line) => line.origin)).toEqual(['broken']);
    expect(lines[0]!.text).toContain('broken by design');
  });
});

describe('timers', () => {
  test('run in order of due time, then key, and are deleted when they have run, even when they fail', () => {
    const { world, rung } = ringing();
    world.run(({ db }) => {
      for (const [text, due] of [
        ['c', 70],
        ['a', 60],
        ['bad', 60],
        ['late', 500],
      ] as const) {
        db.alarm.insert({ id: 0n, at: ScheduleAt.time(BigInt(due) * 1_000_000n), text });
      }
    });
    expect(world.world.nextTimerUs()).toBe(60_000_000);
    expect(at(world, 59)).toBe(0);
    expect(at(world, 75)).toBe(3);
    expect(rung).toEqual(['a@75000', 'bad@75000', 'c@75000']);
    expect(world.run(({ db }) => [...db.alarm].map((row) => row.text))).toEqual(['late']);
    expect(world.world.nextTimerUs()).toBe(500_000_000);
  });

  test('intervals keep to their beat and skip what was missed', () => {
    const { world, rung } = ringing();
    world.tick(() => {}, 10_000_000);
    world.tick(() => {
      world.world.runHook('started', -1);
    }, 100_000_000);
    world.run(({ db }) => db.alarm.insert({ id: 0n, at: ScheduleAt.interval(2_000_000n), text: 'beat' })); // tick 43: at 43 s
    expect(world.world.nextTimerUs()).toBe(45_000_000);
    expect(at(world, 45.5)).toBe(1);
    expect(at(world, 46)).toBe(0);
    expect(at(world, 52)).toBe(1); // due at 47, 49 and 51: one run
    expect(world.world.nextTimerUs()).toBe(53_000_000);
    expect(rung).toHaveLength(2);
    world.run(({ db }) => db.alarm.id.delete(1n));
    expect(world.world.nextTimerUs()).toBeNull();
    expect(at(world, 99)).toBe(0);
  });

  test('a rolled back insert arms nothing; a run may put its row to another time', () => {
    const { world, rung } = ringing();
    expect(() =>
      world.run(({ db }) => {
        db.alarm.insert({ id: 0n, at: ScheduleAt.time(1n), text: 'never' });
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(world.world.nextTimerUs()).toBeNull();
    world.run(({ db }) => db.alarm.insert({ id: 0n, at: ScheduleAt.time(50_000_000n), text: 'again' }));
    expect(at(world, 60)).toBe(1);
    expect(world.world.nextTimerUs()).toBe(63_000_000);
    expect(at(world, 64)).toBe(1);
    expect(rung).toEqual(['again@60000', 'once more@64000']);
    expect(world.run(({ db }) => db.alarm.count())).toBe(0n);
  });
});

describe('interest', () => {
  test('a row that was looked up stands for its place, and counts as read', () => {
    const world = withCentre((ctx) => ctx.db.spot.id.find(7));
    expect(world.world.interestOf(world.caller)).toBe(INTEREST_CENTRES);
    expect([...world.world.centres.subarray(0, 3)]).toEqual([4, 12.5, -3]);
    expect(readsOf(world)).toEqual([1, 0]);
  });

  test('several centres; a miss and a scan count as the whole table', () => {
    const world = withCentre((ctx) => [{ x: ctx.db.purse.id.find(1) === null ? 3 : 4, y: 5 }, ...ctx.db.spot]);
    expect(world.world.interestOf(world.caller)).toBe(INTEREST_CENTRES);
    expect(world.world.centreCount).toBe(3);
    expect([...world.world.centres.subarray(0, 3)]).toEqual([0, 3, 5]);
    expect(readsOf(world)).toEqual([0, -1, 1, -1]);
  });

  test('null sees nothing; a throw, a write and a place that is none fail', () => {
    let answer: unknown = null;
    const world = withCentre((ctx) => {
      if (answer === 'throw') throw new Error('lost');
      if (answer === 'write') ctx.db.spot.clear();
      return answer;
    });
    expect(world.world.interestOf(world.caller)).toBe(INTEREST_NONE);
    for (answer of ['throw', 'write', 5, { x: Number.NaN, y: 1 }]) {
      expect(world.world.interestOf(world.caller)).toBe(INTEREST_FAILED);
    }
    expect(world.world.takeLogLines().map((line) => line.origin)).toEqual([
      'interest',
      'interest',
      'interest',
      'interest',
    ]);
    expect(world.run(({ db }) => db.spot.count())).toBe(2n);
  });
});
