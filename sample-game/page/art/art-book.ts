import type { Scenery } from '../../src/terrain/scenery.ts';
import { bakeArt, blankCanvas, type Art } from './art.ts';
import { paintDeer } from './paint-deer.ts';
import { paintFox } from './paint-fox.ts';
import { paintGlimmer } from './paint-glimmer.ts';
import { paintCaveMouth, paintDaylight, paintFire, paintLog, paintTent } from './paint-landmark.ts';
import { paintResource } from './paint-resource.ts';
import { paintScenery, SCENERY_SIZE_M } from './paint-scenery.ts';
import { paintWanderer } from './paint-wanderer.ts';
import type { Pen } from './paper.ts';

/** Kinds of bodies as the module numbers them. */
const BEAST_PAINTERS = [null, paintDeer, paintFox, paintGlimmer] as const;
const VARIETY_COUNT = 4;

/** All pictures of the game, each painted when it is first asked for. */
export class ArtBook {
  #baked = new Map<string, Art>();
  /** Soft round shadow, one metre across. */
  readonly shadow = softDisc('30, 32, 54', 0.36, 0.62);
  /** Soft round light, one metre across, white; the renderer colours it. */
  readonly light = softDisc('255, 255, 255', 0.9, 0);
  /** Dark all round, clear in the middle: what a lamp leaves of a cave. One metre across. */
  readonly gloom = gloomDisc();

  /** A living body. `stride` 0 at rest, 1 and 2 for its two steps. */
  body(kind: number, look: number, stride: number, isFromBehind: boolean): Art {
    const paintBeast = BEAST_PAINTERS[kind] ?? null;
    if (paintBeast === null) {
      return this.#bake(`wanderer ${look} ${stride} ${isFromBehind}`, 1.5, 2, 0.25, 0.035, (pen) =>
        paintWanderer(pen, look, stride, isFromBehind),
      );
    }
    const variant = kind === 1 ? look % 2 : kind === 3 ? look % 3 : 0;
    return this.#bake(`beast ${kind} ${variant} ${stride}`, 2.4, 2.1, 0.2, 0.03, (pen) =>
      paintBeast(pen, variant, stride),
    );
  }

  scenery(thing: Scenery): Art {
    const look = Math.floor(thing.variety * VARIETY_COUNT) % VARIETY_COUNT;
    const size = SCENERY_SIZE_M[thing.kind];
    return this.#bake(`${thing.kind} ${look}`, size.width, size.height, 0.4, 0.035, (pen) =>
      paintScenery(pen, thing.kind, look),
    );
  }

  resource(kind: number, left: number): Art {
    return this.#bake(`resource ${kind} ${left}`, 1.8, 1.7, 0.4, 0.03, (pen) => paintResource(pen, kind, left));
  }

  fire(stride: number): Art {
    return this.#bake(`fire ${stride}`, 2, 1.6, 0.5, 0.03, (pen) => paintFire(pen, 0, stride));
  }

  log(): Art {
    return this.#bake('log', 2, 0.8, 0.3, 0.03, paintLog);
  }

  tent(look: number): Art {
    return this.#bake(`tent ${look}`, 3.8, 2.4, 0.5, 0.035, (pen) => paintTent(pen, look));
  }

  caveMouth(): Art {
    return this.#bake('cave mouth', 7.6, 4.6, 0.8, 0.04, paintCaveMouth);
  }

  daylight(): Art {
    return this.#bake('daylight', 3, 0.8, 1.8, 0, paintDaylight);
  }

  #bake(key: string, widthM: number, aboveM: number, belowM: number, outlineM: number, paint: (pen: Pen) => void): Art {
    let art = this.#baked.get(key);
    if (art === undefined) {
      art = bakeArt({ widthM, aboveM, belowM, outlineM }, paint);
      this.#baked.set(key, art);
    }
    return art;
  }
}

/** `core` is the part of the radius that is fully covered. */
function softDisc(rgb: string, alpha: number, core: number): Art {
  const canvas = blankCanvas(128, 128);
  const pen = canvas.getContext('2d')!;
  const fade = pen.createRadialGradient(64, 64, 64 * core, 64, 64, 64);
  fade.addColorStop(0, `rgba(${rgb}, ${alpha})`);
  fade.addColorStop(0.45, `rgba(${rgb}, ${alpha * 0.42})`);
  fade.addColorStop(1, `rgba(${rgb}, 0)`);
  pen.fillStyle = fade;
  pen.fillRect(0, 0, 128, 128);
  return { canvas, pxPerM: 128, footX: 0.5, footY: 0.5 };
}

function gloomDisc(): Art {
  const canvas = blankCanvas(256, 256);
  const pen = canvas.getContext('2d')!;
  const fade = pen.createRadialGradient(128, 128, 12, 128, 128, 128);
  fade.addColorStop(0, 'rgba(14, 11, 28, 0)');
  fade.addColorStop(0.35, 'rgba(14, 11, 28, 0.28)');
  fade.addColorStop(0.75, 'rgba(14, 11, 28, 0.72)');
  fade.addColorStop(1, 'rgba(14, 11, 28, 0.84)');
  pen.fillStyle = fade;
  pen.fillRect(0, 0, 256, 256);
  return { canvas, pxPerM: 256, footX: 0.5, footY: 0.5 };
}
