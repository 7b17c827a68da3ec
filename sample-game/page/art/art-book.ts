import { Kind } from '../../src/rules.ts';
import type { Scenery } from '../../src/terrain/scenery.ts';
import { bakeArt, blankCanvas, type Art } from './art.ts';
import { paintDeer } from './paint-deer.ts';
import { paintFox } from './paint-fox.ts';
import { paintGlimmer } from './paint-glimmer.ts';
import { paintItem } from './paint-item.ts';
import { paintCaveMouth, paintDaylight, paintFire, paintLog, paintTent } from './paint-landmark.ts';
import { paintResource } from './paint-resource.ts';
import { paintScenery, SCENERY_SIZE_M } from './paint-scenery.ts';
import { paintWanderer } from './paint-wanderer.ts';
import { paintWolf } from './paint-wolf.ts';
import type { Pen } from './paper.ts';

const BEASTS: Readonly<Record<number, { varietyCount: number; paint: typeof paintDeer }>> = {
  [Kind.Deer]: { varietyCount: 2, paint: paintDeer },
  [Kind.Fox]: { varietyCount: 1, paint: paintFox },
  [Kind.Glimmer]: { varietyCount: 3, paint: paintGlimmer },
  [Kind.Wolf]: { varietyCount: 2, paint: paintWolf },
};
/** Eight cloaks, four skins, two things at the side. */
const WANDERER_VARIETY_COUNT = 64;
const VARIETY_COUNT = 4;

/** All pictures of the game, each painted when it is first asked for. */
export class ArtBook {
  #baked = new Map<string, Art>();
  /** Soft round shadow, one metre across. */
  readonly shadow = softDisc('30, 32, 54', 0.36, 0.62);
  /** Soft round light, one metre across, white; the renderer colours it. */
  readonly light = softDisc('255, 255, 255', 0.9, 0);

  /** A living body. `carries` is the item held; `stride` 0 at rest, 1 and 2 for its two steps. */
  body(kind: number, look: number, carries: number, stride: number, isFromBehind: boolean): Art {
    const beast = BEASTS[kind];
    if (beast === undefined) {
      const variety = look % WANDERER_VARIETY_COUNT;
      return this.#bake(`wanderer ${variety} ${carries} ${stride} ${isFromBehind}`, 1.5, 2.1, 0.25, 0.035, (pen) =>
        paintWanderer(pen, variety, carries, stride, isFromBehind),
      );
    }
    const variety = look % beast.varietyCount;
    return this.#bake(`beast ${kind} ${variety} ${stride}`, 2.6, 2.1, 0.2, 0.03, (pen) =>
      beast.paint(pen, variety, stride),
    );
  }

  /** A thing as the panels show it. */
  item(item: number): Art {
    return this.#bake(`item ${item}`, 1.12, 1.06, 0.06, 0.035, (pen) => paintItem(pen, item));
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
