import type { InterestPlan } from '@tickbase/schema/plan';
import { type Easing, NO_EASING } from './easing.ts';

/** The ring of what is told of in every tick: exact tables, and what is no cell. */
export const RING_ALWAYS = 0;
/** The ring of cells that are nearer than the first tier. */
export const RING_NEAR = 1;
/** The rings above are the tiers, nearest first: five, since each is slower than the one before by two at least. */
export const RINGS_MAX = 7;
/** 2 ** CLASS_MAX ticks is the longest period: the slowest tier, eased as far as it goes. */
export const CLASS_MAX = 7;

/**
 * How often cells are told of, by how far they are: the tiers of an interest, eased as the server wants it now. A ring's *class* is the binary
 * logarithm of its period in ticks. In a period each cell has its own tick, the same for all who watch it.
 */
export class RateTiers {
  /** True while everything is told of in every tick. */
  isFlat = true;
  /** Grows with each change of classes. */
  serial = 0;
  /** u8[RINGS_MAX]: log2 of a ring's period in ticks. */
  classes = new Uint8Array(RINGS_MAX);
  /** There are tiers: it matters how far a cell is. */
  readonly hasTiers: boolean;
  /** By tier: metres from the nearest centre to a cell's nearest point. */
  private readonly beyondM: readonly number[];
  private readonly tierClasses: readonly number[];
  /** Classes of earlier serials, by serial; the oldest are forgotten. */
  private readonly past = new Map<number, Uint8Array>();

  constructor(interest: InterestPlan | null) {
    const tiers = interest?.tiers ?? [];
    this.hasTiers = tiers.length > 0;
    this.beyondM = tiers.map(({ beyond }) => beyond);
    this.tierClasses = tiers.map(({ everyTicks }) => Math.log2(everyTicks));
    this.setClasses(NO_EASING);
  }

  /** False: no ring has another period than before. */
  ease(easing: Easing): boolean {
    const before = this.classes;
    this.classes = new Uint8Array(RINGS_MAX);
    this.setClasses(easing);
    if (before.every((periodClass, ring) => periodClass === this.classes[ring])) return false;
    this.past.set(this.serial, before);
    this.past.delete(this.serial - PAST_MAX);
    this.serial++;
    return true;
  }

  /** What `classes` were at a serial; null: that is too long ago. */
  classesAt(serial: number): Uint8Array | null {
    return serial === this.serial ? this.classes : (this.past.get(serial) ?? null);
  }

  /**
   * The ring of a streamed cell that is `distanceM` from the nearest centre. A cell that was nearer stays in its ring until it is `marginM` beyond
   * its end. `before`: its ring so far, or RING_ALWAYS.
   */
  ringAt(distanceM: number, before: number, marginM: number): number {
    const { beyondM } = this;
    let ring = RING_NEAR;
    for (let tier = 0; tier < beyondM.length; tier++) {
      const isKept = before > RING_ALWAYS && before <= RING_NEAR + tier;
      if (distanceM > beyondM[tier]! + (isKept ? marginM : 0)) ring = RING_NEAR + 1 + tier;
    }
    return ring;
  }

  private setClasses({ farFactor, nearEveryTicks }: Easing): void {
    const near = Math.log2(nearEveryTicks);
    this.classes[RING_NEAR] = near;
    this.tierClasses.forEach((tierClass, tier) => {
      this.classes[RING_NEAR + 1 + tier] = Math.max(near, Math.min(CLASS_MAX, tierClass + Math.log2(farFactor)));
    });
    this.isFlat = this.classes.every((periodClass) => periodClass === 0);
  }
}

/** A viewer that was not told anything over so many changes is treated as if it had been told at the slowest rate. */
const PAST_MAX = 16;

/** The last tick at or before `tick` in which a cell of this phase is due, in a period of 2 ** periodClass ticks; below 0: there was none. */
export function dueTick(tick: number, periodClass: number, phase: number): number {
  if (periodClass === 0) return tick;
  return tick - ((tick + phase) % 2 ** periodClass);
}
