import type { Body } from '../module_bindings/index.ts';
import { EMPTY_HANDS, HOLDABLE, Item, Kind, NOURISHMENT } from '../src/rules.ts';
import { CAMP } from '../src/terrain/places.ts';
import { PALETTE } from './art/palette.ts';
import { connect, type ConnectionWord, refusalText } from './connection.ts';
import { bindShortcuts } from './controls/bind-shortcuts.ts';
import { Steering } from './controls/steering.ts';
import { hearLines } from './hear-lines.ts';
import { openDebugDoor } from './open-debug-door.ts';
import { ActButton } from './panels/act-button.ts';
import { ChatPanel } from './panels/chat-panel.ts';
import { CraftPanel } from './panels/craft-panel.ts';
import { element } from './panels/element.ts';
import { HintPill } from './panels/hint-pill.ts';
import { Overlay } from './panels/overlay.ts';
import { PackPanel } from './panels/pack-panel.ts';
import { panelBoxes } from './panels/panel-boxes.ts';
import { SelfPanel } from './panels/self-panel.ts';
import { SmallMap } from './panels/small-map.ts';
import { SoundBox } from './sound/sound-box.ts';
import { Camera } from './view/camera.ts';
import { SceneComposer } from './view/compose-scene.ts';
import { PixiRenderer } from './view/pixi-renderer.ts';
import type { ScreenBox } from './view/renderer.ts';
import type { ViewWorld } from './view/view-world.ts';
import { ByteMeter } from './world/byte-meter.ts';
import { KnownWorld } from './world/known-world.ts';
import { newName } from './world/new-name.ts';
import { type NightPhase, nightPhase } from './world/night-phase.ts';
import { ownFate } from './world/own-fate.ts';
import { gatherable, isAtFire, strikable } from './world/own-reach.ts';
import { receivedCells } from './world/received-cells.ts';
import { ServerHealth } from './world/server-health.ts';
import { hourAt } from './world/world-hour.ts';

const NAME_KEY = 'sample-game name';
/** What is held is told again so often: it measures the round trip, and heals what a lost link left. */
const STEER_AGAIN_MS = 2000;
/** Not more often than the server ticks. */
const STEER_PERIOD_MS = 50;
const PANELS_PERIOD_MS = 250;
const JOIN_AGAIN_MS = 3000;
const CONNECTION_LOST = 'connection lost, trying again';
const WARNING_SHOWN_MS = 12_000;
const WARNINGS = {
  dusk: 'Dusk: wolves hunt soon. Stay by a fire (3 wood build one), or hold a torch',
  night: 'Night: wolves hunt. They shun fires, torches and the cave',
} as const;
/** A fire is heard from so far. */
const FIRE_HEARD_M = 9;

const query = new URLSearchParams(location.search);
/** `?fps=10` spares a weak machine. */
const framePeriodMs = 1000 / (Number(query.get('fps')) || 240);
/** `?hour=23` draws that hour; the world's own goes on. */
const setHour = query.has('hour') ? Number(query.get('hour')) : null;

const composer = new SceneComposer(matchMedia('(prefers-reduced-motion: reduce)').matches);
const camera = new Camera();
camera.x = CAMP.x;
camera.y = CAMP.y;
const renderer = await PixiRenderer.create(composer.book, PALETTE.deepWater);
const stage = element('stage');
stage.append(renderer.canvas);
fit();
addEventListener('resize', fit);

const overlay = new Overlay();
const hint = new HintPill(
  matchMedia('(pointer: coarse)').matches
    ? 'Drag on the land to walk'
    : 'WASD or arrows to walk, E to gather, C to craft, Enter to talk, M for the map, N for sound',
);
const meter = new ByteMeter();
const health = new ServerHealth();
health.start();
let word: ConnectionWord = 'connecting';
/** Since the link is up: nobody would hear a line that is said before. */
let hasJoined = false;
const connection = connect({
  stateChanged: (now, detail) => {
    word = now;
    const isResuming = now === 'resuming';
    overlay.showState(now, isResuming ? CONNECTION_LOST : detail === '' ? now : `${now}: ${detail}`);
    hint.keep(isResuming ? CONNECTION_LOST : null);
    document.body.classList.toggle('offline', isResuming || now === 'closed');
    hasJoined = false;
    // First of all calls: the server may have begun a new session, in which this player is nobody yet.
    if (now === 'live') takePart();
  },
  received: (bytes) => meter.add(bytes, performance.now()),
});
const { db, reducers } = connection;
const world = new KnownWorld(connection, setHour, (id) => composer.forget(id));
const sound = new SoundBox();

const chat = new ChatPanel((text, reach) => {
  if (!hasJoined) {
    refuse('not connected: your line is kept here');
    return false;
  }
  void attempt(() => reducers.say({ text, toAll: reach === 'world' }));
  return true;
});
hearLines(connection, world, chat);

const ownName = localStorage.getItem(NAME_KEY) ?? newName();
const self = new SelfPanel(ownName, () => takePart());
const pack = new PackPanel(
  composer.book,
  (item) => void use(item),
  (why) => hint.notify(why),
);
const craft = new CraftPanel(composer.book, (recipe) => void make(recipe));
const map = new SmallMap();
const act = new ActButton(() => (act.does === 'strike' ? strike() : gather()));
db.body.onUpdate((_context, before, after) => {
  if (after.id === world.ownId) live(before, after);
});
let berriesBefore = 0;
connection.onTransaction(() => (berriesBefore = ownBerries()));
connection.subscriptionBuilder().subscribeToAllTables();

const steering = new Steering(stage, element('stick'), () => steer(performance.now()));
bindShortcuts({
  KeyE: gather,
  Space: strike,
  KeyC: () => craft.toggle(),
  KeyM: () => map.toggle(),
  KeyN: () => void toggleSound(),
  Enter: () => chat.open(),
  Escape: () => craft.close(),
  ...Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`Digit${at + 1}`, () => pack.use(at)])),
});
// A press with the mouse or a finger leaves the keyboard where it is: Enter and Space go on meaning what they mean in the game.
element('hud').addEventListener('mousedown', (event) => {
  if (event.target instanceof Element && event.target.closest('button, summary') !== null) event.preventDefault();
});
const soundButton = element('sound');
soundButton.addEventListener('click', () => void toggleSound());

let toldX = 0;
let toldY = 0;
let toldMs = 0;
let roundTripMs: number | null = null;
let framesDrawn = 0;
let askedToJoinMs = Number.NEGATIVE_INFINITY;
let drawnMs = 0;
let panelsMs = 0;
/** Measured with the panels: to ask for it in each frame would lay out the page in each. */
let covered: readonly ScreenBox[] = [];
let phase: NightPhase = 'day';
openDebugDoor(connection, {
  get state() {
    return word;
  },
  get tick() {
    return world.tick;
  },
  get framesDrawn() {
    return framesDrawn;
  },
  get ownBodyId() {
    return world.ownId?.toString() ?? null;
  },
  get space() {
    return world.ownBody?.floor ?? 0;
  },
  get hour() {
    const secondsSinceDawn = world.secondsSinceDawn(performance.now());
    return secondsSinceDawn === null ? null : hourAt(secondsSinceDawn);
  },
  get lines() {
    return chat.texts;
  },
  get isSoundOn() {
    return sound.isOn;
  },
});
requestAnimationFrame(frame);

function frame(): void {
  requestAnimationFrame(frame);
  const nowMs = performance.now();
  if (nowMs - drawnMs < framePeriodMs - 2) return;
  const elapsedMs = Math.min(250, nowMs - drawnMs);
  drawnMs = nowMs;
  if (world.ownId === null && nowMs - askedToJoinMs >= JOIN_AGAIN_MS) takePart();
  steer(nowMs);
  const view = world.view(nowMs);
  if (view.own !== null) camera.follow(view.own.x, view.own.y + 0.6, elapsedMs);
  renderer.draw(composer.compose(view, camera, nowMs, elapsedMs), camera, covered);
  framesDrawn++;
  map.paint(view.space);
  if (view.own !== null) sound.walk((view.own.speed * elapsedMs) / 1000);
  if (nowMs - panelsMs < PANELS_PERIOD_MS) return;
  panelsMs = nowMs;
  showPanels(view, nowMs);
}

/** Tells the server which way is held, if that changed or was told long ago. */
function steer(nowMs: number): void {
  if (!connection.isActive || world.ownId === null) return;
  const { x, y } = steering.direction;
  const isNew = x !== toldX || y !== toldY;
  if (nowMs - toldMs < (isNew ? STEER_PERIOD_MS : STEER_AGAIN_MS)) return;
  [toldX, toldY, toldMs] = [x, y, nowMs];
  if (isNew) hint.forgetKeys();
  reducers.steer({ x, y }).then(
    () => (roundTripMs = performance.now() - nowMs),
    () => (toldMs = 0),
  );
}

/** Makes sure that the player is in the world, by the name that is written; without a connection that waits for the next one. */
function takePart(): void {
  if (!connection.isActive) return;
  askedToJoinMs = performance.now();
  void join(self.name);
}

async function join(name: string): Promise<void> {
  if (!(await attempt(() => reducers.join({ name, isBot: false })))) return;
  hasJoined = true;
  localStorage.setItem(NAME_KEY, name);
}

async function gather(): Promise<void> {
  const own = world.ownBody;
  if (own === null) return;
  const resource = gatherable(own, db.resource.iter());
  if (resource === null) hint.notify('nothing to gather here: go nearer');
  else if (await attempt(() => reducers.gather({ resourceId: resource.id }))) sound.play('gather');
}

async function strike(): Promise<void> {
  const own = world.ownBody;
  if (own === null) return;
  if (strikable(own, db.body.iter()) === null) hint.notify('nothing to strike here');
  else if (await attempt(() => reducers.strike({}))) sound.play('strike');
}

async function make(recipe: number): Promise<void> {
  if (await attempt(() => reducers.craft({ recipe }))) sound.play('craft');
}

/** Eats a thing, or takes it in the hand, or puts away what is there. */
async function use(item: number): Promise<void> {
  if (NOURISHMENT[item] !== undefined) await attempt(() => reducers.eat({ item }));
  else if (HOLDABLE.includes(item)) {
    await attempt(() => reducers.hold({ item: world.ownBody?.carries === item ? EMPTY_HANDS : item }));
  }
}

/** Makes a call and waits for it. None is made without a connection: what came of it later would surprise. */
async function attempt(call: () => Promise<void>): Promise<boolean> {
  if (!connection.isActive) {
    refuse('not connected');
    return false;
  }
  try {
    await call();
    return true;
  } catch (error) {
    refuse(refusalText(error));
    return false;
  }
}

/** Says over the land why something was not done, and keeps it in the chat. */
function refuse(reason: string): void {
  hint.notify(reason);
  chat.add('', reason, 'notice');
}

/** What the server did to the own body. */
function live(before: Body, after: Body): void {
  const fate = ownFate(before, after);
  if (fate === 'woken') {
    const loss = ownBerries() < berriesBefore ? '; some of your berries are gone' : '';
    chat.add('', `you wake by the fire${loss}`, 'notice');
  }
  if (fate !== 'bitten') return;
  sound.play('bite');
  const wound = element('wound');
  wound.classList.add('fresh');
  requestAnimationFrame(() => requestAnimationFrame(() => wound.classList.remove('fresh')));
}

function ownBerries(): number {
  let count = 0;
  for (const piece of db.pack.iter()) if (piece.item === Item.Berries) count += piece.count;
  return count;
}

async function toggleSound(): Promise<void> {
  await sound.toggle();
  soundButton.ariaPressed = String(sound.isOn);
}

function showPanels(view: ViewWorld, nowMs: number): void {
  const own = world.ownBody;
  const counts = new Map([...db.pack.iter()].map(({ item, count }) => [item, count]));
  pack.show(counts, own?.carries ?? EMPTY_HANDS);
  craft.show(counts, own !== null && isAtFire(own, db.fire.iter()));
  const wolf = own && strikable(own, db.body.iter());
  const resource = own && gatherable(own, db.resource.iter());
  act.show(wolf ? { does: 'strike' } : resource ? { does: 'gather', item: resource.kind } : null);
  if (own !== null) self.showHealth(own.hp);
  const secondsSinceDawn = world.secondsSinceDawn(nowMs);
  if (secondsSinceDawn !== null && own !== null) {
    self.showHour(secondsSinceDawn);
    warn(nightPhase(secondsSinceDawn, own.floor));
  }
  const cells = receivedCells([db.body, db.resource, db.fire]);
  const fires = [...view.fires];
  const people = [...view.bodies].filter((body) => body.kind === Kind.Wanderer && body !== view.own);
  map.show({ space: view.space, own: view.own, people, fires, cells });
  sound.hearFire(fireLoudness(view));
  showFigures(nowMs, cells.length);
  covered = panelBoxes();
}

/** Says what the hour brings, once when it comes, and as long as it lasts beside the clock. */
function warn(now: NightPhase): void {
  if (now === phase) return;
  phase = now;
  self.showPhase(now);
  if (now === 'day') return;
  hint.notify(WARNINGS[now], WARNING_SHOWN_MS);
  chat.add('', WARNINGS[now], 'notice');
}

/** 1 beside a fire, 0 out of earshot of all of them. */
function fireLoudness({ own, space, fires }: ViewWorld): number {
  if (own === null) return 0;
  const awayM = [...fires, ...(space === 0 ? [CAMP] : [])].map(({ x, y }) => Math.hypot(x - own.x, y - own.y));
  return Math.max(0, 1 - Math.min(FIRE_HEARD_M, ...awayM) / FIRE_HEARD_M);
}

function showFigures(nowMs: number, cells: number): void {
  let people = 0;
  let bots = 0;
  for (const { isBot } of db.player.iter()) {
    if (isBot) bots++;
    else people++;
  }
  overlay.show({
    tick: world.tick,
    tickTimeMs: health.tickP99Ms,
    roundTripMs,
    bytesPerSecond: meter.perSecond(nowMs),
    rowsInView: Number(db.body.count() + db.nameplate.count() + db.resource.count() + db.fire.count()),
    cells,
    people,
    bots,
  });
}

function fit(): void {
  camera.resize(innerWidth, innerHeight);
  renderer.resize(innerWidth, innerHeight);
}
