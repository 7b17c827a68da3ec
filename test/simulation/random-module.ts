import type { Prng } from '@tickbase/base';
import { type AnyColumn, schema, type Schema, table, type TableLike, t, type Tables } from '@tickbase/schema';
import { assignIds, derivePlan, type DerivedModule } from '@tickbase/schema/plan';
import type { PressureOptions } from './random-pressure.ts';

/** What the module's functions do: the walk's own code, which keeps the oracle's world beside the server's. */
export interface ModuleDeeds {
  readonly call: (ctx: unknown, args: Record<string, unknown>) => void;
  readonly timer: (ctx: unknown, args: { readonly alarm: Record<string, unknown> }) => void;
  readonly connected: (ctx: unknown) => void;
  readonly disconnected: (ctx: unknown) => void;
  readonly system: (ctx: unknown, dt: number) => void;
  readonly centre: (ctx: unknown) => unknown;
}

/**
 * A module of random tables: keys of all kinds, of one and of several columns and none; places in grids of several cell sizes, in one
 * space or many; rows that follow others, rows for one owner, events, quantized columns, private tables. Two tables are always there:
 * `avatar` says where each client stands, `alarm` holds timers. `pressure`: more options of its interest. `isHiding`: with columns that are hidden, among
 * them some that say whose a row is; the same draws give the same tables without it.
 */
export function randomModule(
  prng: Prng,
  deeds: ModuleDeeds,
  pressure: (radiusM: number, tickRate: number) => Partial<PressureOptions> = () => ({}),
  isHiding = false,
): DerivedModule {
  const sketch = new ModuleSketch(prng, isHiding);
  const tables = sketch.tables();
  const tickRate = prng.int(0, 4) === 0 ? 0 : prng.pick([10, 20, 30]);
  const game = schema(tables as Tables, { tickRate }) as Schema<Tables>;
  const params = { call: t.u32(), ...sketch.params() };
  const functions: Record<string, unknown> = {
    // The walk's deeds know their rows; the compiler cannot.
    act: game.reducer(params as never, deeds.call as never),
    ring: game.reducer({ onSchedule: tables['alarm']! }, { alarm: t.object(ALARM) } as never, deeds.timer as never),
    joined: game.clientConnected(deeds.connected as never),
    left: game.clientDisconnected(deeds.disconnected as never),
  };
  if (tickRate > 0) functions['drift'] = game.system({ everyTicks: prng.int(1, 3) }, deeds.system as never);
  if (prng.int(0, 4) > 0) {
    const radiusMax = prng.int(5, 24);
    functions['sight'] = game.interest({ radiusMax, centre: deeds.centre as never, ...pressure(radiusMax, tickRate) });
  }
  const derived = derivePlan({ default: game, ...functions });
  const unused = { ...derived.plan, tables: [], reducers: [], nextIds: { table: 23, reducer: 61 } };
  return { ...derived, plan: assignIds(derived.plan, unused) };
}

const ALARM = { alarmId: t.u64(), at: t.scheduleAt(), seed: t.u32() };

type Shape = Record<string, AnyColumn>;

class ModuleSketch {
  readonly #prng: Prng;
  readonly #mood = t.enum('Mood', ['Calm', 'Angry', 'Asleep']);
  readonly #deed = t.enum('Deed', { Rest: t.unit(), Walk: t.u8(), Say: t.string() });
  readonly #cells: number[];
  readonly #isHiding: boolean;

  constructor(prng: Prng, isHiding: boolean) {
    this.#prng = prng;
    this.#isHiding = isHiding;
    this.#cells = shuffled(prng, [6, 7.5, 9, 11, 13.25, 17]);
  }

  params(): Shape {
    const count = this.#prng.int(0, 3);
    return Object.fromEntries(Array.from({ length: count }, (_, i) => [`param${'ABC'[i]}`, this.#anyColumn()]));
  }

  tables(): Record<string, TableLike> {
    const prng = this.#prng;
    const tables: Record<string, TableLike> = {};
    const placed: { accessor: string; table: TableLike; key: AnyColumn }[] = [];
    for (let i = prng.int(1, 3); i > 0; i--) {
      const accessor = `thing${placed.length}`;
      const key = this.#keyColumn();
      placed.push({ accessor, key, table: this.#placed(key, this.#cells[placed.length]!) });
      tables[accessor] = placed.at(-1)!.table;
    }
    const { table: bodies, key: bodyKey } = placed[0]!;
    tables['avatar'] = table({ public: prng.int(0, 1) === 0 }, {
      owner: t.identity().primaryKey(),
      mode: t.u8(),
      bodyKey: (bodyKey as never as { references(of: () => TableLike): AnyColumn }).references(() => bodies),
    } as never) as TableLike;
    for (let i = prng.int(1, 2); i > 0; i--) {
      const followed = prng.pick(placed);
      tables[`tag${i}`] = this.#following(followed.table, followed.key, false);
    }
    for (let i = prng.int(1, 3); i > 0; i--) tables[`item${i}`] = this.#plain(tables['avatar']);
    if (prng.int(0, 3) === 0) tables['broad'] = this.#broad();
    if (prng.int(0, 3) > 0) tables['shout'] = this.#event({}, {});
    if (prng.int(0, 1) === 0) {
      const { columns, spatial } = this.#position(this.#cells[4]!, false);
      tables['blast'] = this.#event(columns, { spatial });
    }
    if (prng.int(0, 2) === 0) {
      const followed = prng.pick(placed);
      tables['burst'] = this.#following(followed.table, followed.key, true);
    }
    tables['secret'] = table({}, { secretId: t.u32().primaryKey(), weight: t.u32(), mark: t.u128() });
    tables['alarm'] = table({ public: prng.int(0, 1) === 0 }, { ...ALARM, alarmId: t.u64().primaryKey().autoInc() });
    return Object.fromEntries(shuffled(prng, Object.entries(tables)));
  }

  #placed(key: AnyColumn, cell: number): TableLike {
    const prng = this.#prng;
    const { columns, spatial } = this.#position(cell, prng.int(0, 2) > 0);
    const shape: Shape = { thingId: primaryKey(key), ...columns, ...this.#someColumns(1, 4) };
    if (prng.int(0, 1) === 0) shape['heading'] = t.f32().angle({ bits: prng.int(1, 16) });
    return this.#table(shape, { public: true, spatial });
  }

  /** Columns of a position, and the option that names them. */
  #position(cell: number, isQuantized: boolean): { columns: Shape; spatial: Record<string, unknown> } {
    const prng = this.#prng;
    const step = prng.pick([0.01, 0.1, 0.25]);
    const coordinate = (): AnyColumn => {
      const column = prng.int(0, 1) === 0 ? t.f32() : t.f64();
      if (!isQuantized || prng.int(0, 9) === 0) return column;
      const isBounded = prng.int(0, 2) === 0;
      return (column as ReturnType<typeof t.f32>).quantize({ step, ...(isBounded ? { min: -64, max: 64 } : {}) });
    };
    const columns: Shape = { posX: coordinate(), posY: coordinate() };
    const spatial: Record<string, unknown> = { x: 'posX', y: 'posY', cell };
    if (prng.int(0, 3) > 0) {
      columns['floor'] = prng.pick([t.u8(), t.u16(), t.u32()]);
      spatial['space'] = 'floor';
    }
    return { columns, spatial };
  }

  #following(followed: TableLike, key: AnyColumn, isEvent: boolean): TableLike {
    const prng = this.#prng;
    const reference = (key as never as { references(of: () => TableLike): unknown }).references(() => followed);
    const spatial = { follows: 'targetKey' };
    if (isEvent) return this.#event({ targetKey: indexed(reference) }, { spatial });
    const isOne = prng.int(0, 2) === 0;
    const shape: Shape = isOne
      ? { targetKey: primaryKey(reference as AnyColumn) }
      : { tagId: t.u32().primaryKey(), targetKey: indexed(reference) };
    return this.#table({ ...shape, ...this.#someColumns(1, 3) }, { public: true, spatial });
  }

  /** Perhaps for those alone whose avatar says so. */
  #plain(avatar: TableLike): TableLike {
    const prng = this.#prng;
    const shape: Shape = this.#someColumns(2, 6);
    const draw = prng.int(0, 9);
    const options: Record<string, unknown> = { public: true };
    if (draw > 1 && prng.int(0, 2) === 0) {
      shape['partRank'] = indexed(t.u8());
      options['visibleTo'] = { column: 'partRank', through: () => avatar, sender: 'owner', value: 'mode' };
    }
    if (draw <= 1) {
      // A set of rows: nothing in it may be too rare to meet again.
      return this.#table({ small: t.u8(), mood: this.#mood, ...this.#someColumns(0, 1) }, options);
    }
    if (draw <= 4) {
      shape['partOne'] = this.#keyColumn();
      shape['partTwo'] = this.#keyColumn();
      options['constraints'] = [{ constraint: 'primaryKey', columns: ['partOne', 'partTwo'], accessor: 'byParts' }];
    } else if (draw <= 6) shape['itemId'] = prng.pick([t.u16(), t.u32(), t.u64(), t.i32()]).primaryKey().autoInc();
    else shape['itemId'] = primaryKey(this.#keyColumn());
    if (prng.int(0, 3) === 0) shape['rare'] = prng.pick([t.i64().unique(), t.string().unique()]);
    return this.#table(shape, options);
  }

  #broad(): TableLike {
    const columns = Array.from({ length: 35 }, (_, i) => [`wide${i}`, i % 7 === 0 ? t.string() : t.u8()] as const);
    return this.#table({ broadId: t.u32().primaryKey(), ...Object.fromEntries(columns) }, { public: true });
  }

  #event(columns: Shape, options: Record<string, unknown>): TableLike {
    const shape = { serial: t.u32(), ...columns, ...this.#someColumns(1, 3) };
    return this.#table(shape, { ...options, public: true, event: true });
  }

  /** With columns in any order, and perhaps for their owners alone. */
  #table(shape: Shape, options: Record<string, unknown>): TableLike {
    const prng = this.#prng;
    const whole = { ...shape };
    if (prng.int(0, 3) === 0) {
      whole['holder'] = prng.int(0, 1) === 0 ? t.identity() : indexed(t.identity());
      const { visibleTo } = options;
      options = { ...options, visibleTo: visibleTo === undefined ? 'holder' : ['holder', visibleTo] };
    } else if (prng.int(0, 2) === 0) whole['holder'] = indexed(t.identity());
    // In a set of rows nothing may be too rare to meet again.
    if ('visibleTo' in options && !('small' in shape)) whole['mark'] = t.u128();
    const ordered = Object.fromEntries(shuffled(prng, Object.entries(whole)));
    if (this.#isHiding && !('small' in shape)) hideSome(ordered, options);
    return table(options as never, ordered as never) as TableLike;
  }

  #someColumns(min: number, max: number): Shape {
    const count = this.#prng.int(min, max);
    return Object.fromEntries(Array.from({ length: count }, (_, i) => [`col${'ABCDEF'[i]}`, this.#anyColumn()]));
  }

  #keyColumn(): AnyColumn {
    return this.#prng.pick<AnyColumn>([
      t.u8(),
      t.u32(),
      t.i16(),
      t.u64(),
      t.i64(),
      t.u128(),
      t.i256(),
      t.string(),
      t.identity(),
      t.connectionId(),
      t.uuid(),
      t.timestamp(),
    ]);
  }

  #anyColumn(): AnyColumn {
    const prng = this.#prng;
    return prng.pick<() => AnyColumn>([
      () => t.bool(),
      () => t.u8(),
      () => prng.pick([indexed(t.u16()), indexed(t.i32()), indexed(t.string())]),
      () => t.i8(),
      () => t.u32(),
      () => t.f64(),
      () => t.f32(),
      () => t.f32().quantize({ step: prng.pick([0.5, 0.02]) }),
      () => t.f64().quantize({ step: 0.125, min: -60, max: 60 }),
      () => t.u64(),
      () => t.i128(),
      () => t.u256(),
      () => t.string(),
      () => t.byteArray(),
      () => t.identity(),
      () => t.timestamp(),
      () => t.timeDuration(),
      () => t.uuid(),
      () => t.option(t.u16()),
      () => t.option(t.string()),
      () => t.array(t.string()),
      () => t.array(t.option(t.i16())),
      () => t.object({ low: t.i16(), text: t.string() }),
      () => this.#mood,
      () => this.#deed,
    ])();
  }
}

/**
 * Tables of an even number of columns hide whose their rows are. Those that hide nobody's rows have marks, which the holders of the rows alone see, or
 * nobody.
 */
function hideSome(shape: Shape, options: Record<string, unknown>): void {
  const count = Object.keys(shape).length;
  const isKeyed = 'constraints' in options || Object.values(shape).some(isPrimaryKey);
  const mayBeOwn = 'holder' in shape && isKeyed && options['event'] !== true;
  const hiddenHere = (column: AnyColumn): AnyColumn => (mayBeOwn ? forHolder(column) : hidden(column));
  if (!('visibleTo' in options)) shape['mark'] = hiddenHere(t.u128());
  if (count % 2 === 0 && 'holder' in shape) shape['holder'] = hidden(shape['holder']!);
  if (count % 3 === 0 && 'colB' in shape) shape['colB'] = hidden(shape['colB']);
  else if (mayBeOwn && count % 3 === 1 && 'colA' in shape) shape['colA'] = forHolder(shape['colA']!);
}

function forHolder(column: AnyColumn): AnyColumn {
  return (column as unknown as { visibleTo(owner: string): AnyColumn }).visibleTo('holder');
}

function isPrimaryKey(column: AnyColumn): boolean {
  return (column as unknown as { draft: { isPrimaryKey: boolean } }).draft.isPrimaryKey;
}

function hidden(column: AnyColumn): AnyColumn {
  return (column as unknown as { hidden(): AnyColumn }).hidden();
}

function primaryKey(column: AnyColumn): AnyColumn {
  return (column as unknown as { primaryKey(): AnyColumn }).primaryKey();
}

function indexed(column: unknown): AnyColumn {
  return (column as { index(): AnyColumn }).index();
}

function shuffled<T>(prng: Prng, items: readonly T[]): T[] {
  const list = [...items];
  for (let i = list.length - 1; i > 0; i--) {
    const j = prng.int(0, i);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}
