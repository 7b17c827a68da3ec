import { type InferSchema, type ReducerCtx, type RowOf, schema, t, table } from '@tickbase/schema';
import { TICK_RATE } from './rules.ts';
import { CHUNK_M } from './terrain/places.ts';

/** Everybody who is in the world now. */
const player = table(
  { name: 'player', public: true },
  {
    identity: t.identity().primaryKey(),
    name: t.string(),
    bodyId: t.u64().unique(),
    isBot: t.bool(), // bots say so themselves
  },
);

/** One row for each open connection: a player with two browser tabs leaves with the last of them. */
const visit = table(
  { name: 'visit' },
  {
    connectionId: t.connectionId().primaryKey(),
    identity: t.identity().index('hash'),
  },
);

/** Everything that stands somewhere: wanderers and beasts. Streamed by area of interest. */
const body = table(
  { name: 'body', public: true, spatial: { x: 'x', y: 'y', space: 'floor', cell: CHUNK_M }, persist: 'snapshot' },
  {
    id: t.u64().primaryKey().autoInc(),
    kind: t.u8(),
    look: t.u8(), // which cloak or antlers
    carries: t.u8().index('hash'), // the item in the hand; EMPTY_HANDS: none
    floor: t.u16(), // 0 is the open land, 1 the cave
    x: t.f32().quantize({ step: 0.01 }), // metres, east positive
    y: t.f32().quantize({ step: 0.01 }), // metres, north positive
    heading: t.f32().angle({ bits: 8 }), // radians, 0 is east, a quarter turn is north
    hp: t.u16(),
  },
);

/** Names over heads: seen where the body is seen. */
const nameplate = table(
  { name: 'nameplate', public: true, spatial: { follows: 'bodyId' } },
  {
    bodyId: t
      .u64()
      .primaryKey()
      .references(() => body),
    text: t.string(),
  },
);

/** The direction that a player holds: east and north, no longer than 1. Of no use after a restart, so never kept. */
const steering = table(
  { name: 'steering', persist: 'never' },
  {
    bodyId: t.u64().primaryKey(),
    x: t.f32(),
    y: t.f32(),
  },
);

/** What a herd's beasts keep near to. */
const herd = table(
  { name: 'herd', persist: 'snapshot' },
  {
    id: t.u32().primaryKey().autoInc(),
    kind: t.u8(),
    floor: t.u16(),
    x: t.f32(),
    y: t.f32(),
    size: t.u8(), // so many beasts it has at dawn, whatever the night took
  },
);

/** A beast's mind: where it goes, in what haste, or for how long it still rests. */
const beast = table(
  { name: 'beast', persist: 'snapshot' },
  {
    bodyId: t.u64().primaryKey(),
    herdId: t.u32().index('hash'),
    goalX: t.f32(),
    goalY: t.f32(),
    restS: t.f32(),
    hasteS: t.f32(), // it runs for so long
  },
);

/** A wolf that is after somebody. */
const hunt = table(
  { name: 'hunt', persist: 'never' },
  {
    wolfId: t.u64().primaryKey(),
    preyId: t.u64(),
    breathS: t.f32(), // it gives up when this has run out
    biteS: t.f32(), // until it can bite again
  },
);

/** Bushes, mushrooms, crystals and deadwood; `left` pieces can still be taken, and grow again. */
const resource = table(
  { name: 'resource', public: true, spatial: { x: 'x', y: 'y', space: 'floor', cell: CHUNK_M } },
  {
    id: t.u64().primaryKey().autoInc(),
    kind: t.u8(), // the item that it gives
    floor: t.u16(),
    x: t.f32(),
    y: t.f32(),
    left: t.u8(),
  },
);

/** What each player carries. Nobody sees another's pack. */
const pack = table(
  { name: 'pack', public: true, visibleTo: 'owner' },
  {
    id: t.u64().primaryKey().autoInc(),
    owner: t.identity().index('hash'),
    item: t.u8(),
    count: t.u32(),
  },
);

/** Fires that players built. */
const fire = table(
  { name: 'fire', public: true, spatial: { x: 'x', y: 'y', space: 'floor', cell: CHUNK_M } },
  {
    id: t.u64().primaryKey().autoInc(),
    floor: t.u16(),
    x: t.f32(),
    y: t.f32(),
    burnsUntil: t.timestamp(),
  },
);

/** A timer for each fire: its row calls the reducer `burnOut` at its time, and is gone then. */
export const ember = table(
  { name: 'ember' },
  {
    id: t.u64().primaryKey().autoInc(),
    at: t.scheduleAt(),
    fireId: t.u64(),
  },
);

/** When a day began: from this one row and the server's clock everybody knows the hour. */
const sky = table(
  { name: 'sky', public: true },
  {
    id: t.u8().primaryKey(),
    dawnAt: t.timestamp(),
  },
);

/** A line for those who stand near its speaker. */
const nearLine = table(
  { name: 'near_line', public: true, event: true, spatial: { x: 'x', y: 'y', space: 'floor', cell: CHUNK_M } },
  {
    speakerId: t.u64(),
    name: t.string(),
    text: t.string(),
    floor: t.u16(),
    x: t.f32(),
    y: t.f32(),
  },
);

/** A line for everybody. */
const worldLine = table(
  { name: 'world_line', public: true, event: true },
  {
    speakerId: t.u64(),
    name: t.string(),
    text: t.string(),
  },
);

/** The last lines that were for everybody, for those who come later. */
const chronicle = table(
  { name: 'chronicle', public: true },
  {
    id: t.u64().primaryKey().autoInc().index('btree'),
    speakerId: t.u64(),
    name: t.string(),
    text: t.string(),
    saidAt: t.timestamp(),
  },
);

export const game = schema(
  {
    player,
    visit,
    body,
    nameplate,
    steering,
    herd,
    beast,
    hunt,
    resource,
    pack,
    fire,
    ember,
    sky,
    nearLine,
    worldLine,
    chronicle,
  },
  { tickRate: TICK_RATE },
);

/** What the game's reducers, hooks and systems get. */
export type Ctx = ReducerCtx<InferSchema<typeof game>>;

export type PlayerRow = RowOf<typeof player>;
export type BodyRow = RowOf<typeof body>;
