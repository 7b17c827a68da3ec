import { GATHER_REACH_M } from '../src/rules.ts';
import { CAMP } from '../src/terrain/places.ts';
import { PALETTE } from './art/palette.ts';
import { connect, type ConnectionWord, refusalText } from './connection.ts';
import { Steering } from './controls/steering.ts';
import './debug-door.ts';
import { ChatPanel } from './panels/chat-panel.ts';
import { element } from './panels/element.ts';
import { Overlay } from './panels/overlay.ts';
import { SelfPanel } from './panels/self-panel.ts';
import { Camera } from './view/camera.ts';
import { SceneComposer } from './view/compose-scene.ts';
import { PixiRenderer } from './view/pixi-renderer.ts';
import { ByteMeter } from './world/byte-meter.ts';
import { KnownWorld } from './world/known-world.ts';
import { newName } from './world/new-name.ts';

const NAME_KEY = 'sample-game name';
/** What is held is told again so often: it measures the round trip, and heals what a lost link left. */
const STEER_AGAIN_MS = 2000;
/** Not more often than the server ticks. */
const STEER_PERIOD_MS = 50;
const OVERLAY_PERIOD_MS = 500;
const JOIN_AGAIN_MS = 3000;
/** `?fps=10` spares a weak machine. */
const framePeriodMs = 1000 / (Number(new URLSearchParams(location.search).get('fps')) || 240);

const composer = new SceneComposer();
const camera = new Camera();
camera.x = CAMP.x;
camera.y = CAMP.y;
const renderer = await PixiRenderer.create(composer.book, PALETTE.deepWater);
const stage = element('stage');
stage.append(renderer.canvas);
fit();
addEventListener('resize', fit);

const overlay = new Overlay();
const meter = new ByteMeter();
let word: ConnectionWord = 'connecting';
const connection = connect({
  stateChanged: (now, detail) => {
    word = now;
    overlay.showState(now, detail);
  },
  received: (bytes) => meter.add(bytes, performance.now()),
});
const { db, reducers } = connection;
const world = new KnownWorld(connection, (id) => composer.forget(id));

const lines: string[] = [];
const chat = new ChatPanel((text, reach) => void attempt(reducers.say({ text, toAll: reach === 'world' })));
db.nearLine.onInsert((_context, { speakerId, name, text }) => heard(speakerId, name, text, 'near'));
db.worldLine.onInsert((_context, { speakerId, name, text }) => heard(speakerId, name, text, 'world'));

const ownName = localStorage.getItem(NAME_KEY) ?? newName();
const self = new SelfPanel(composer.book, ownName, (name) => void join(name));
for (const event of ['onInsert', 'onDelete'] as const) db.pack[event](showPack);
db.pack.onUpdate(showPack);
connection.subscriptionBuilder().subscribeToAllTables();

const steering = new Steering(stage, element('stick'), () => steer(performance.now()));
const hint = element('hint');
hint.textContent = matchMedia('(pointer: coarse)').matches
  ? 'Draw on the land to walk'
  : 'WASD or arrows to walk, E to gather, Enter to talk';
const gatherButton = element('gather');
gatherButton.addEventListener('click', gather);
addEventListener('keydown', (event) => {
  if (event.code === 'KeyE' && !event.repeat && !(event.target instanceof HTMLInputElement)) gather();
});

let toldX = 0;
let toldY = 0;
let toldMs = 0;
let roundTripMs: number | null = null;
let framesDrawn = 0;
let askedToJoinMs = Number.NEGATIVE_INFINITY;
let drawnMs = 0;
let overlayMs = 0;
openDebugDoor();
requestAnimationFrame(frame);

function frame(): void {
  requestAnimationFrame(frame);
  const nowMs = performance.now();
  if (nowMs - drawnMs < framePeriodMs - 2) return;
  const elapsedMs = Math.min(250, nowMs - drawnMs);
  drawnMs = nowMs;
  takePart(nowMs);
  steer(nowMs);
  const view = world.view(nowMs);
  if (view.own !== null) camera.follow(view.own.x, view.own.y + 0.6, elapsedMs);
  renderer.draw(composer.compose(view, camera, nowMs, elapsedMs), camera);
  framesDrawn++;
  if (nowMs - overlayMs < OVERLAY_PERIOD_MS) return;
  overlayMs = nowMs;
  showFigures(nowMs);
  gatherButton.hidden = resourceInReach() === null;
}

/** Tells the server which way is held, if that changed or was told long ago. */
function steer(nowMs: number): void {
  if (!connection.isActive || world.ownId === null) return;
  const { x, y } = steering.direction;
  const isNew = x !== toldX || y !== toldY;
  if (nowMs - toldMs < (isNew ? STEER_PERIOD_MS : STEER_AGAIN_MS)) return;
  [toldX, toldY, toldMs] = [x, y, nowMs];
  if (isNew) hint.classList.add('gone');
  reducers.steer({ x, y }).then(
    () => (roundTripMs = performance.now() - nowMs),
    () => (toldMs = 0),
  );
}

/** Makes sure that the player is in the world: at the start, and after the server began a new one. */
function takePart(nowMs: number): void {
  if (!connection.isActive || world.ownId !== null || nowMs - askedToJoinMs < JOIN_AGAIN_MS) return;
  askedToJoinMs = nowMs;
  void join(localStorage.getItem(NAME_KEY) ?? ownName);
}

async function join(name: string): Promise<void> {
  if (await attempt(reducers.join({ name, isBot: false }))) localStorage.setItem(NAME_KEY, name);
}

function gather(): void {
  const resource = resourceInReach();
  if (resource !== null) void attempt(reducers.gather({ resourceId: resource.id }));
}

function resourceInReach(): { id: bigint; kind: number } | null {
  const own = world.ownBody;
  if (own === null) return null;
  let nearest: { id: bigint; kind: number } | null = null;
  let nearestM = GATHER_REACH_M;
  for (const resource of db.resource.iter()) {
    if (resource.floor !== own.floor || resource.left === 0) continue;
    const awayM = Math.hypot(resource.x - own.x, resource.y - own.y);
    if (awayM < nearestM) [nearest, nearestM] = [resource, awayM];
  }
  if (nearest !== null) gatherButton.textContent = `Gather ${['berries', 'mushrooms', 'crystals'][nearest.kind]}`;
  return nearest;
}

/** Waits for a call; a refusal becomes a line in the chat. */
async function attempt(call: Promise<void>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    chat.add('', refusalText(error), 'notice');
    return false;
  }
}

function heard(speakerId: bigint, name: string, text: string, reach: 'near' | 'world'): void {
  world.hear(speakerId, text);
  chat.add(name, text, reach);
  lines.push(`${name}: ${text}`);
  if (lines.length > 50) lines.shift();
}

function showPack(): void {
  const counts = [0, 0, 0];
  for (const { item, count } of db.pack.iter()) counts[item] = count;
  self.showPack(counts);
}

function showFigures(nowMs: number): void {
  let people = 0;
  let bots = 0;
  for (const { isBot } of db.player.iter()) {
    if (isBot) bots++;
    else people++;
  }
  const rowsInView = Number(db.body.count() + db.nameplate.count() + db.resource.count());
  overlay.show({ tick: world.tick, roundTripMs, bytesPerSecond: meter.perSecond(nowMs), rowsInView, people, bots });
}

function fit(): void {
  camera.resize(innerWidth, innerHeight);
  renderer.resize(innerWidth, innerHeight);
}

function openDebugDoor(): void {
  window.sampleGame = {
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
    get bodies() {
      return [...db.body.iter()].map(({ id, kind, floor, x, y }) => ({
        id: id.toString(),
        kind,
        floor,
        x,
        y,
        name: db.nameplate.bodyId.find(id)?.text ?? null,
      }));
    },
    get resources() {
      return [...db.resource.iter()].map(({ id, kind, floor, x, y, left }) => ({
        id: id.toString(),
        kind,
        floor,
        x,
        y,
        left,
      }));
    },
    get pack() {
      return Object.fromEntries([...db.pack.iter()].map(({ item, count }) => [item, count]));
    },
    get lines() {
      return [...lines];
    },
  };
}
