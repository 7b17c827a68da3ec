import type { Art } from '../art/art.ts';
import type { Standing } from './renderer.ts';

/** A picture at a place, upright and whole. */
export function standing(art: Art, x: number, y: number): Standing {
  return { art, x, y, liftM: 0, lean: 0, isMirrored: false, scale: 1, alpha: 1 };
}
