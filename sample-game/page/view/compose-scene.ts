import { CAMP, DOORS, Space } from '../../src/terrain/places.ts';
import { SCENERY_GRID_M, sceneryIn, type Scenery } from '../../src/terrain/scenery.ts';
import type { Art } from '../art/art.ts';
import { ArtBook } from '../art/art-book.ts';
import { LabelBook } from '../art/label-book.ts';
import { GROUND_CHUNK_M, paintGround } from '../art/paint-ground.ts';
import type { Camera } from './camera.ts';
import type { Scene, Standing } from './renderer.ts';
import type { ViewBody, ViewWorld } from './view-world.ts';

/** Ground is painted piece by piece, so that a step into new land never holds up a frame. */
const CHUNKS_PAINTED_PER_FRAME = 2;
/** Trees reach this far above their foot. */
const RIM_M = 5;
const STRIDE_M = 0.55;
const KIND_GLIMMER = 3;
const HEIGHT_OF_KIND_M = [1.95, 2.1, 1.25, 1.5] as const;
const SHADOW_OF_KIND_M = [1.1, 1.5, 1.3, 0.7] as const;

/** Turns what is known of the world into a scene. Keeps painted pictures, and how far each body has walked. */
export class SceneComposer {
  readonly book = new ArtBook();
  #labels = new LabelBook();
  #chunks = new Map<string, Art>();
  #scenery = new Map<string, Scenery | null>();
  #walkedM = new Map<bigint, number>();

  compose(world: ViewWorld, camera: Camera, nowMs: number, elapsedMs: number): Scene {
    const scene: Scene = { ground: [], shadows: [], standing: [], lights: [], labels: [], gloom: null };
    this.#putGround(scene, world.space, camera);
    this.#putScenery(scene, world, camera, nowMs);
    if (world.space === Space.Land) this.#putCamp(scene, nowMs);
    else this.#putDoorInside(scene);
    this.#putResources(scene, world, nowMs);
    for (const body of world.bodies) this.#putBody(scene, body, body === world.own, nowMs, elapsedMs);
    if (world.space === Space.Cave) scene.gloom = { x: camera.x, y: camera.y, reachM: reachOf(camera) };
    return scene;
  }

  #putGround(scene: Scene, space: number, camera: Camera): void {
    const { west, east, south, north } = camera.shown(0.5);
    let paintedCount = 0;
    for (let row = Math.floor(south / GROUND_CHUNK_M); row * GROUND_CHUNK_M < north; row++) {
      for (let column = Math.floor(west / GROUND_CHUNK_M); column * GROUND_CHUNK_M < east; column++) {
        const key = `${space} ${column} ${row}`;
        let art = this.#chunks.get(key);
        if (art === undefined) {
          if (paintedCount >= CHUNKS_PAINTED_PER_FRAME) continue;
          paintedCount++;
          art = paintGround(space, column, row);
          this.#chunks.set(key, art);
        }
        scene.ground.push(upright(art, column * GROUND_CHUNK_M, row * GROUND_CHUNK_M));
      }
    }
  }

  #putScenery(scene: Scene, { space, own }: ViewWorld, camera: Camera, nowMs: number): void {
    const { west, east, south, north } = camera.shown(RIM_M);
    for (let row = Math.floor(south / SCENERY_GRID_M); row * SCENERY_GRID_M < north; row++) {
      for (let column = Math.floor(west / SCENERY_GRID_M); column * SCENERY_GRID_M < east; column++) {
        const thing = this.#sceneryAt(space, column, row);
        if (thing === null) continue;
        const { x, y, variety, kind } = thing;
        const isTree = kind === 'pine' || kind === 'oak' || kind === 'birch';
        const lean = isTree ? Math.sin(nowMs / 1400 + x * 0.4 + y * 0.2) * 0.012 : 0;
        const scale = 0.78 + variety * 0.3;
        const alpha = isTree && own !== null && hides(x, y, own) ? 0.45 : 1;
        scene.standing.push({
          ...upright(this.book.scenery(thing), x, y),
          lean,
          scale,
          alpha,
          isMirrored: variety > 0.5,
        });
        scene.shadows.push({ x: x + 0.15, y, widthM: (isTree ? 2.6 : 1.5) * scale, alpha: 0.9 });
        if (kind === 'glowcap') {
          const strength = 0.22 + 0.06 * Math.sin(nowMs / 900 + x);
          scene.lights.push({ x, y: y + 0.4, radiusM: 2, colour: 0x4fc8c8, strength });
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

  #putCamp(scene: Scene, nowMs: number): void {
    const flicker = Math.sin(nowMs / 130) * 0.5 + Math.sin(nowMs / 71) * 0.5;
    scene.standing.push(upright(this.book.fire(Math.floor(nowMs / 140) % 3), CAMP.x, CAMP.y));
    scene.lights.push({ x: CAMP.x, y: CAMP.y + 0.4, radiusM: 4.6, colour: 0xff9030, strength: 0.3 + flicker * 0.03 });
    for (const [look, x, y, isMirrored] of TENTS) {
      scene.standing.push({ ...upright(this.book.tent(look), CAMP.x + x, CAMP.y + y), isMirrored });
      scene.shadows.push({ x: CAMP.x + x, y: CAMP.y + y, widthM: 4, alpha: 0.9 });
    }
    for (const [x, y, lean] of LOGS) {
      scene.standing.push({ ...upright(this.book.log(), CAMP.x + x, CAMP.y + y), lean });
      scene.shadows.push({ x: CAMP.x + x, y: CAMP.y + y, widthM: 1.7, alpha: 0.8 });
    }
    const door = DOORS[0];
    scene.standing.push(upright(this.book.caveMouth(), door.x, door.y + 0.4));
    for (const side of [-1.75, 1.75]) {
      scene.lights.push({
        x: door.x + side,
        y: door.y + 1.7,
        radiusM: 2.2,
        colour: 0xffb860,
        strength: 0.45 + flicker * 0.05,
      });
    }
  }

  #putDoorInside(scene: Scene): void {
    const door = DOORS[1];
    scene.ground.push(upright(this.book.daylight(), door.x, door.y));
    scene.lights.push({ x: door.x, y: door.y - 0.6, radiusM: 5, colour: 0xfff0c0, strength: 0.5 });
  }

  #putResources(scene: Scene, world: ViewWorld, nowMs: number): void {
    for (const { kind, left, x, y } of world.resources) {
      scene.standing.push(upright(this.book.resource(kind, left), x, y));
      scene.shadows.push({ x, y, widthM: 1.4, alpha: 0.9 });
      if (kind === 2 && left > 0) {
        const strength = 0.3 + 0.1 * Math.sin(nowMs / 700 + x);
        scene.lights.push({ x, y: y + 0.5, radiusM: 1.2 + left * 0.6, colour: 0xa080ff, strength });
      }
    }
  }

  #putBody(scene: Scene, body: ViewBody, isOwn: boolean, nowMs: number, elapsedMs: number): void {
    const { x, y, kind, heading, speed } = body;
    const isMoving = speed > 0.25;
    const walkedM = (this.#walkedM.get(body.id) ?? 0) + (isMoving ? (speed * elapsedMs) / 1000 : 0);
    this.#walkedM.set(body.id, walkedM);
    const phase = (walkedM / STRIDE_M) % 2;
    const stride = isMoving ? (phase < 1 ? 1 : 2) : 0;
    const isFloating = kind === KIND_GLIMMER;
    const bob = isFloating
      ? 0.12 + 0.1 * Math.sin(nowMs / 500 + x)
      : isMoving
        ? Math.abs(Math.sin(phase * Math.PI)) * 0.1
        : 0;
    const isWest = Math.cos(heading) < 0;
    const isFromBehind = Math.sin(heading) > 0.5;
    const breath = isMoving ? 1 : 1 + 0.012 * Math.sin(nowMs / 620 + Number(body.id % 7n));
    scene.standing.push({
      ...upright(this.book.body(kind, body.look, stride, isFromBehind), x, y),
      liftM: bob,
      scale: breath,
      lean: isMoving ? (isWest ? -0.05 : 0.05) : 0,
      isMirrored: isWest,
    });
    scene.shadows.push({ x, y, widthM: SHADOW_OF_KIND_M[kind] ?? 1, alpha: 1 - bob * 1.5 });
    if (isFloating) scene.lights.push({ x, y: y + 0.9, radiusM: 2.2, colour: 0x58c8c0, strength: 0.26 });

    const liftM = HEIGHT_OF_KIND_M[kind] ?? 2;
    if (body.name !== null) {
      scene.labels.push({ art: this.#labels.label(isOwn ? 'own' : 'name', body.name), x, y, liftM, alpha: 1 });
    }
    if (body.speech !== null) {
      scene.labels.push({ art: this.#labels.label('speech', body.speech), x, y, liftM: liftM + 0.6, alpha: 1 });
    }
  }

  /** Forgets bodies that are out of view. */
  forget(id: bigint): void {
    this.#walkedM.delete(id);
  }
}

const TENTS = [
  [0, -6.4, 6.6, false],
  [1, 7.2, 6.2, true],
  [1, -10.5, -3.4, false],
] as const;

const LOGS = [
  [-2.3, 0.9, -0.5],
  [2.2, 1.3, 0.45],
  [-1.9, -1.5, 0.4],
  [1.8, -1.8, -0.4],
] as const;

function upright(art: Art, x: number, y: number): Standing {
  return { art, x, y, liftM: 0, lean: 0, isMirrored: false, scale: 1, alpha: 1 };
}

/** Whether a tree stands before the own body, so that it is shown faintly. */
function hides(treeX: number, treeY: number, own: ViewBody): boolean {
  const behindM = own.y - treeY;
  return behindM > 0 && behindM < 3.6 && Math.abs(own.x - treeX) < 1.5;
}

/** The gloom's disc must cover the screen's corners. */
function reachOf(camera: Camera): number {
  return Math.hypot(camera.width, camera.height) / camera.pxPerM / 2 + 3;
}
