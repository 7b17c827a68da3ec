import { CAMP, DOORS, Space } from '../../src/terrain/places.ts';
import type { ArtBook } from '../art/art-book.ts';
import { FAINT_ALPHA, hides } from './hides.ts';
import type { Scene } from './renderer.ts';
import { standing } from './standing.ts';
import type { ViewWorld } from './view-world.ts';

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

const TENT_HALF_WIDTH_M = 2.2;
const LAMP = 0xffdca8;

/** Puts what is built into the world: the camp, whose tents are faint before the own body, and the cave's two ends. `swayMs` moves flames. */
export function placeLandmarks(
  scene: Scene,
  book: ArtBook,
  { space, own }: Pick<ViewWorld, 'space' | 'own'>,
  swayMs: number,
): void {
  if (space === Space.Cave) {
    placeWayOut(scene, book);
    return;
  }
  placeFire(scene, book, CAMP, 1, swayMs);
  for (const [look, x, y, isMirrored] of TENTS) {
    const alpha = hides(CAMP.x + x, CAMP.y + y, TENT_HALF_WIDTH_M, own) ? FAINT_ALPHA : 1;
    scene.standing.push({ ...standing(book.tent(look), CAMP.x + x, CAMP.y + y), isMirrored, alpha });
    scene.shadows.push({ x: CAMP.x + x, y: CAMP.y + y, widthM: 4, alpha: 0.9 });
  }
  for (const [x, y, lean] of LOGS) {
    scene.standing.push({ ...standing(book.log(), CAMP.x + x, CAMP.y + y), lean });
    scene.shadows.push({ x: CAMP.x + x, y: CAMP.y + y, widthM: 1.7, alpha: 0.8 });
  }
  placeCaveMouth(scene, book, swayMs);
}

/** A fire and its light; `size` 1 is the camp's own. */
export function placeFire(
  scene: Scene,
  book: ArtBook,
  { x, y }: { readonly x: number; readonly y: number },
  size: number,
  swayMs: number,
): void {
  const waver = flicker(swayMs + x * 90);
  const shape = Math.floor((swayMs + x * 170) / 140) % 3;
  scene.standing.push({ ...standing(book.fire(shape), x, y), scale: 0.35 + 0.65 * size });
  scene.glows.push({ x, y: y + 0.4, radiusM: 4.6 * size, colour: 0xff9030, strength: 0.28 + waver * 0.03 });
  scene.lamps.push({ x, y: y + 0.3, radiusM: 11 * size + waver * 0.3, colour: LAMP, strength: 1 });
  scene.lamps.push({ x, y: y + 0.3, radiusM: 5 * size, colour: LAMP, strength: 0.6 });
}

/** -1…1, as flames do. */
export function flicker(swayMs: number): number {
  return (Math.sin(swayMs / 130) + Math.sin(swayMs / 71)) / 2;
}

function placeCaveMouth(scene: Scene, book: ArtBook, swayMs: number): void {
  const door = DOORS[0];
  scene.standing.push(standing(book.caveMouth(), door.x, door.y + 0.4));
  const strength = 0.45 + flicker(swayMs) * 0.05;
  for (const side of [-1.75, 1.75]) {
    const at = { x: door.x + side, y: door.y + 1.7 };
    scene.glows.push({ ...at, radiusM: 2.2, colour: 0xffb860, strength });
    scene.lamps.push({ ...at, radiusM: 6, colour: LAMP, strength: 0.8 });
  }
}

function placeWayOut(scene: Scene, book: ArtBook): void {
  const door = DOORS[1];
  scene.ground.push(standing(book.daylight(), door.x, door.y));
  const at = { x: door.x, y: door.y - 0.6 };
  scene.glows.push({ ...at, radiusM: 5, colour: 0xfff0c0, strength: 0.5 });
  scene.lamps.push({ ...at, radiusM: 8, colour: 0xfff0c0, strength: 1 });
}
