import { schema, SenderError, t, table } from '@tickbase/schema';

/** What moves on the field. A player has one of them; the wild ones are nobody's. */
const mover = table(
  { name: 'mover', public: true, spatial: { x: 'x', y: 'y', cell: 32 }, persist: 'snapshot' },
  {
    id: t.u32().primaryKey().autoInc(),
    x: t.f32().quantize({ step: 0.01 }), // metres
    y: t.f32().quantize({ step: 0.01 }),
    heading: t.f32().angle({ bits: 8 }), // radians
  },
);

/** Comes, lies there for a while and goes: drops, shots, traces. */
const spark = table(
  { name: 'spark', public: true, spatial: { x: 'x', y: 'y', cell: 32 }, persist: 'never' },
  {
    id: t.u32().primaryKey().autoInc(),
    x: t.f32().quantize({ step: 0.01 }),
    y: t.f32().quantize({ step: 0.01 }),
    colour: t.u8(),
  },
);

const player = table(
  { name: 'player', public: true },
  { identity: t.identity().primaryKey(), moverId: t.u32().unique() },
);

/** What is played on the field: one row. */
const stage = table(
  { name: 'stage' },
  {
    id: t.u8().primaryKey(),
    pace: t.u8(),
    landM: t.f32(),
    sparksPerTick: t.u16(),
    sparksMax: t.u32(),
    oldestSpark: t.u32(),
  },
);

const field = schema({ mover, spark, player, stage }, { tickRate: 20 });
export default field;

const STAGE = 0;
/** Values of `pace`: all walk by themselves; all swing to and fro over the borders of cells, in the same ticks. 0: nothing moves. */
const WALK = 1;
const SWING = 2;

const CELL_M = 32;
const WALK_M_PER_S = 3;
/** Eight ticks there and eight back, from 8 m before a border to 8 m behind it: farther than the sixteenth of a cell by which a row keeps its cell. */
const SWING_TICKS = 8;
const SWING_M = 2;

export const interest = field.interest({
  radiusMax: 80,
  tiers: [{ beyond: 48, everyTicks: 2 }],
  bytesPerSecond: 32_768, // some 400 movers in one place are more than this
  centre: (ctx) => {
    const me = ctx.db.player.identity.find(ctx.sender);
    return me && ctx.db.mover.id.find(me.moverId);
  },
});

export const settle = field.init((ctx) => {
  ctx.db.stage.insert({ id: STAGE, pace: WALK, landM: 640, sparksPerTick: 0, sparksMax: 0, oldestSpark: 1 });
});

/** The scene: how all move, on a square of which edge, among how many wild movers, with how many sparks that come in each tick and are there at most. */
export const setStage = field.reducer(
  { pace: t.u8(), landM: t.f32(), wildCount: t.u32(), sparksPerTick: t.u16(), sparksMax: t.u32() },
  (ctx, { wildCount, ...scene }) => {
    if (!(scene.landM >= 1)) throw new SenderError('the land is a metre wide at least');
    if (wildCount > 100_000) throw new SenderError('at most 100 000 movers at once');
    Object.assign(ctx.db.stage.id.edit(STAGE), scene);
    for (let i = 0; i < wildCount; i++) ctx.db.mover.insert(newMover(scene, ctx.tick, ctx.random));
  },
);

export const join = field.reducer((ctx) => {
  if (ctx.db.player.identity.find(ctx.sender)) return;
  const mine = ctx.db.mover.insert(newMover(ctx.db.stage.id.find(STAGE)!, ctx.tick, ctx.random));
  ctx.db.player.insert({ identity: ctx.sender, moverId: mine.id });
});

/** The sender's heading for the next ticks, in radians. */
export const steer = field.reducer({ heading: t.f32(), inputTick: t.u64() }, (ctx, { heading }) => {
  const me = ctx.db.player.identity.find(ctx.sender);
  if (!me) throw new SenderError('join first');
  ctx.db.mover.id.edit(me.moverId).heading = heading;
});

export const leave = field.clientDisconnected((ctx) => {
  const me = ctx.db.player.identity.find(ctx.sender);
  if (!me) return;
  ctx.db.mover.id.delete(me.moverId);
  ctx.db.player.identity.delete(ctx.sender);
});

export const move = field.system({ everyTicks: 1 }, (ctx, dt) => {
  const { pace, landM } = ctx.db.stage.id.find(STAGE)!;
  if (pace === SWING) {
    const step = swingOf(ctx.tick) - swingOf(ctx.tick - 1);
    for (const mine of ctx.db.mover.edit()) mine.x += step;
  }
  if (pace !== WALK) return;
  for (const mine of ctx.db.mover.edit()) {
    const x = mine.x + Math.cos(mine.heading) * WALK_M_PER_S * dt;
    const y = mine.y + Math.sin(mine.heading) * WALK_M_PER_S * dt;
    const isOutside = x < 0 || x >= landM || y < 0 || y >= landM;
    if (isOutside) mine.heading = (mine.heading + Math.PI * (0.75 + ctx.random() * 0.5)) % (2 * Math.PI);
    else Object.assign(mine, { x, y });
  }
});

/** Keys count up, so that the oldest sparks are those with the lowest. */
export const burn = field.system({ everyTicks: 1 }, (ctx) => {
  const scene = ctx.db.stage.id.edit(STAGE);
  const { landM, sparksPerTick, sparksMax } = scene;
  if (sparksPerTick === 0) return;
  for (let i = 0; i < sparksPerTick; i++) {
    const colour = Math.floor(ctx.random() * 256);
    ctx.db.spark.insert({ id: 0, x: ctx.random() * landM, y: ctx.random() * landM, colour });
  }
  for (let over = Number(ctx.db.spark.count()) - sparksMax; over > 0; over--) {
    ctx.db.spark.id.delete(scene.oldestSpark);
    scene.oldestSpark++;
  }
});

/** Somewhere on the land; where all swing, at the place of the swing that all have reached. */
function newMover({ pace, landM }: { pace: number; landM: number }, tick: number, random: () => number): Mover {
  const [x, y, heading] = [random() * landM, random() * landM, random() * 2 * Math.PI];
  if (pace !== SWING) return { id: 0, x, y, heading };
  const border = Math.round(x / CELL_M) * CELL_M;
  return { id: 0, x: border - (SWING_TICKS * SWING_M) / 2 + swingOf(tick - 1), y, heading };
}

interface Mover {
  id: number;
  x: number;
  y: number;
  heading: number;
}

/** How far a swing has come after this tick, in metres. */
function swingOf(tick: number): number {
  const phase = (((tick + 1) % (2 * SWING_TICKS)) + 2 * SWING_TICKS) % (2 * SWING_TICKS);
  return SWING_M * (phase < SWING_TICKS ? phase : 2 * SWING_TICKS - phase);
}
