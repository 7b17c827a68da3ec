import { Item, Kind } from '../../src/rules.ts';
import { CHUNK_M, Space } from '../../src/terrain/places.ts';
import { SCENERY_GRID_M, sceneryIn, type Scenery } from '../../src/terrain/scenery.ts';
import type { Art } from '../art/art.ts';
import { ArtBook } from '../art/art-book.ts';
import { LabelBook } from '../art/label-book.ts';
import { paintGround } from '../art/paint-ground.ts';
import { TORCH_LIFT_M } from '../art/paint-held.ts';
import type { Camera } from './camera.ts';
import { FAINT_ALPHA, hides } from './hides.ts';
import { flicker, placeFire, placeLandmarks } from './place-landmarks.ts';
import type { Light, Scene } from './renderer.ts';
import { skyColour } from './sky-colour.ts';
import { standing } from './standing.ts';
import type { ViewBody, ViewWorld } from './view-world.ts';

/** Ground is painted piece by piece, so that a step into new land never holds up a frame. */
const CHUNKS_PAINTED_PER_FRAME = 2;
/** Trees reach this far above their foot. */
const RIM_M = 5;
const STRIDE_M = 0.55;
const HEIGHT_OF_KIND_M: Readonly<Record<number, number>> = {
  [Kind.Deer]: 2.1,
  [Kind.Fox]: 1.25,
  [Kind.Glimmer]: 1.5,
  [Kind.Wolf]: 1.45,
};
const WANDERER_HEIGHT_M = 1.95;
const SHADOW_OF_KIND_M: Readonly<Record<number, number>> = {
  [Kind.Deer]: 1.5,
  [Kind.Fox]: 1.3,
  [Kind.Glimmer]: 0.7,
  [Kind.Wolf]: 1.7,
};
const WANDERER_SHADOW_M = 1.1;
/** The rock over the cave lets no daylight through. */
const CAVE_DARK = 0x5d5585;
/** Labels of higher rank stay where two would cover each other. */
const Rank = { name: 1, health: 2, speech: 3, own: 4, ownSpeech: 5 } as const;
const NAME_HEIGHT_PX = 20;
const HEALTH_HEIGHT_PX = 9;
/** What is said stays so far over the head that says it. */
const OVER_HEAD_PX = 16;
const TREE_HALF_WIDTH_M = 1.5;

/** Turns what is known of the world into a scene. Keeps painted pictures, and how far each body has walked. */
export class SceneComposer {
  readonly book = new ArtBook();
  #labels = new LabelBook();
  #chunks = new Map<string, Art>();
  #scenery = new Map<string, Scenery | null>();
  #walkedM = new Map<bigint, number>();
  #isCalm: boolean;

  /** `isCalm`: what moves only for the eye's sake stands still. */
  constructor(isCalm: boolean) {
    this.#isCalm = isCalm;
  }

  compose(world: ViewWorld, camera: Camera, nowMs: number, elapsedMs: number): Scene {
    const ambient = world.space === Space.Cave ? CAVE_DARK : skyColour(world.light);
    const scene: Scene = {
      elapsedMs,
      ground: [],
      shadows: [],
      standing: [],
      ambient,
      lamps: [],
      glows: [],
      labels: [],
    };
    const swayMs = this.#isCalm ? 0 : nowMs;
    this.#putGround(scene, world.space, camera);
    this.#putScenery(scene, world, camera, swayMs);
    placeLandmarks(scene, this.book, world, swayMs);
    for (const fire of world.fires) placeFire(scene, this.book, fire, 0.3 + 0.4 * fire.left, swayMs);
    this.#putResources(scene, world, swayMs);
    for (const body of world.bodies) this.#putBody(scene, body, body === world.own, swayMs, elapsedMs);
    if (world.own !== null) scene.lamps.push(ownLamp(world.own, world));
    return scene;
  }

  #putGround(scene: Scene, space: number, camera: Camera): void {
    const { west, east, south, north } = camera.shown(0.5);
    let paintedCount = 0;
    for (let row = Math.floor(south / CHUNK_M); row * CHUNK_M < north; row++) {
      for (let column = Math.floor(west / CHUNK_M); column * CHUNK_M < east; column++) {
        const key = `${space} ${column} ${row}`;
        let art = this.#chunks.get(key);
        if (art === undefined) {
          if (paintedCount >= CHUNKS_PAINTED_PER_FRAME) continue;
          paintedCount++;
          art = paintGround(space, column, row);
          this.#chunks.set(key, art);
        }
        scene.ground.push(standing(art, column * CHUNK_M, row * CHUNK_M));
      }
    }
  }

  #putScenery(scene: Scene, { space, own }: ViewWorld, camera: Camera, swayMs: number): void {
    const { west, east, south, north } = camera.shown(RIM_M);
    for (let row = Math.floor(south / SCENERY_GRID_M); row * SCENERY_GRID_M < north; row++) {
      for (let column = Math.floor(west / SCENERY_GRID_M); column * SCENERY_GRID_M < east; column++) {
        const thing = this.#sceneryAt(space, column, row);
        if (thing === null) continue;
        const { x, y, variety, kind } = thing;
        const isTree = kind === 'pine' || kind === 'oak' || kind === 'birch';
        const lean = isTree ? Math.sin(swayMs / 1400 + x * 0.4 + y * 0.2) * 0.012 : 0;
        const scale = 0.78 + variety * 0.3;
        const alpha = isTree && hides(x, y, TREE_HALF_WIDTH_M, own) ? FAINT_ALPHA : 1;
        scene.standing.push({
          ...standing(this.book.scenery(thing), x, y),
          lean,
          scale,
          alpha,
          isMirrored: variety > 0.5,
        });
        scene.shadows.push({ x: x + 0.15, y, widthM: (isTree ? 2.6 : 1.5) * scale, alpha: 0.9 });
        if (kind === 'glowcap') {
          const strength = 0.22 + 0.06 * Math.sin(swayMs / 900 + x);
          scene.glows.push({ x, y: y + 0.4, radiusM: 2, colour: 0x4fc8c8, strength });
          scene.lamps.push({ x, y: y + 0.4, radiusM: 3, colour: 0x6fd8d8, strength: 0.7 });
        }
      }
    }
  }

  #sceneryAt(space: number, column: number, row: number): Scenery | null {
    const key = `${space} ${column} ${row}`;
    let thing = this.#scenery.get(key);
    if (thing === undefined) {
      thing = sceneryIn(space, column, row);
      this.#scenery.set(key, thing);
    }
    return thing;
  }

  #putResources(scene: Scene, world: ViewWorld, swayMs: number): void {
    for (const { kind, left, x, y } of world.resources) {
      scene.standing.push(standing(this.book.resource(kind, left), x, y));
      scene.shadows.push({ x, y, widthM: 1.4, alpha: 0.9 });
      if (kind !== Item.Crystals || left === 0) continue;
      const strength = 0.3 + 0.1 * Math.sin(swayMs / 700 + x);
      scene.glows.push({ x, y: y + 0.5, radiusM: 1.2 + left * 0.6, colour: 0xa080ff, strength });
      scene.lamps.push({ x, y: y + 0.5, radiusM: 2 + left, colour: 0xb8a0ff, strength: 0.7 });
    }
  }

  #putBody(scene: Scene, body: ViewBody, isOwn: boolean, swayMs: number, elapsedMs: number): void {
    const { x, y, kind, heading, speed, carries } = body;
    const isMoving = speed > 0.25;
    const walkedM = (this.#walkedM.get(body.id) ?? 0) + (isMoving ? (speed * elapsedMs) / 1000 : 0);
    this.#walkedM.set(body.id, walkedM);
    const phase = (walkedM / STRIDE_M) % 2;
    const stride = isMoving ? (phase < 1 ? 1 : 2) : 0;
    const isFloating = kind === Kind.Glimmer;
    const bob = isFloating
      ? 0.12 + 0.1 * Math.sin(swayMs / 500 + x)
      : isMoving && !this.#isCalm
        ? Math.abs(Math.sin(phase * Math.PI)) * 0.1
        : 0;
    const isWest = Math.cos(heading) < 0;
    const isFromBehind = Math.sin(heading) > 0.5;
    const breath = isMoving ? 1 : 1 + 0.012 * Math.sin(swayMs / 620 + Number(body.id % 7n));
    scene.standing.push({
      ...standing(this.book.body(kind, body.look, carries, stride, isFromBehind), x, y),
      liftM: bob,
      scale: breath,
      lean: isMoving ? (isWest ? -0.05 : 0.05) : 0,
      isMirrored: isWest,
    });
    scene.shadows.push({ x, y, widthM: SHADOW_OF_KIND_M[kind] ?? WANDERER_SHADOW_M, alpha: 1 - bob * 1.5 });
    if (isFloating) {
      scene.glows.push({ x, y: y + 0.9, radiusM: 2.2, colour: 0x58c8c0, strength: 0.26 });
      scene.lamps.push({ x, y: y + 0.9, radiusM: 3.4, colour: 0x80e0d8, strength: 0.8 });
    }
    if (kind === Kind.Wanderer && carries === Item.Torch) {
      const at = { x: x + (isWest ? -0.48 : 0.48), y: y + TORCH_LIFT_M };
      const waver = flicker(swayMs + Number(body.id % 13n) * 97);
      scene.glows.push({ ...at, radiusM: 1.9, colour: 0xff9a40, strength: 0.4 + waver * 0.06 });
      scene.lamps.push({ x: at.x, y: y + 0.5, radiusM: 8 + waver * 0.2, colour: 0xffd8a0, strength: 0.95 });
    }
    this.#putLabels(scene, body, isOwn);
  }

  #putLabels(scene: Scene, { id, kind, x, y, name, health, speech }: ViewBody, isOwn: boolean): void {
    const at = { x, y, liftM: HEIGHT_OF_KIND_M[kind] ?? WANDERER_HEIGHT_M };
    let risePx = 0;
    if (health !== null && health < 1) {
      const art = this.#labels.health(health);
      scene.labels.push({ ...at, art, risePx, rank: isOwn ? Rank.own : Rank.health, asidePx: 0, key: `health ${id}` });
      risePx += HEALTH_HEIGHT_PX;
    }
    if (name !== null) {
      const art = this.#labels.label(isOwn ? 'own' : 'name', name);
      const asidePx = art.canvas.width / art.pxPerM / 2;
      scene.labels.push({ ...at, art, risePx, rank: isOwn ? Rank.own : Rank.name, asidePx, key: `name ${id}` });
      risePx += NAME_HEIGHT_PX;
    }
    if (speech === null) return;
    const art = this.#labels.label('speech', speech);
    const asidePx = Math.max(0, art.canvas.width / art.pxPerM / 2 - OVER_HEAD_PX);
    scene.labels.push({ ...at, art, risePx, rank: isOwn ? Rank.ownSpeech : Rank.speech, asidePx, key: `speech ${id}` });
  }

  /** Forgets bodies that are out of view. */
  forget(id: bigint): void {
    this.#walkedM.delete(id);
  }
}

/** Whoever looks sees a little in the dark, on the land less than in the cave, where one carries a lamp. */
function ownLamp({ x, y }: ViewBody, { space, light }: ViewWorld): Light {
  const at = { x, y: y + 0.6 };
  if (space === Space.Cave) return { ...at, radiusM: 15, colour: 0xe0d6ff, strength: 1 };
  return { ...at, radiusM: 7, colour: 0x8890b0, strength: 0.6 * (1 - light) };
}
