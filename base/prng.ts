import { assert } from './assert.ts';

/**
 * Repeatable random numbers: sfc32 (Chris Doty-Humphrey's Small Fast Counter, 128 bits of state), seeded through
 * splitmix32 (the finaliser of MurmurHash3 over a Weyl sequence). Not for secrets.
 */
export class Prng {
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 1;

  /** Seeds are equal when their low 64 bits are. */
  constructor(seed: number | bigint) {
    this.reseed(seed);
  }

  /** As a new Prng of that seed, without the allocation. */
  reseed(seed: number | bigint): void {
    let weyl: number;
    let high: number;
    if (typeof seed === 'number') {
      assert(Number.isSafeInteger(seed), 'a seed is an integer');
      weyl = seed >>> 0;
      high = Math.floor(seed / 0x1_0000_0000) >>> 0;
    } else {
      weyl = Number(BigInt.asUintN(32, seed));
      high = Number(BigInt.asUintN(32, seed >> 32n));
    }
    this.a = scramble((weyl + 0x9e37_79b9) | 0);
    this.b = scramble((weyl + high + 0x3c6e_f372) | 0);
    this.c = scramble((high ^ 0xdaa6_6d2b) | 0);
    this.counter = 1;
    for (let i = 0; i < 12; i++) this.u32();
  }

  /** An integer from 0 to 2^32 - 1. */
  u32(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    this.c |= 0;
    return sum >>> 0;
  }

  /** From 0, to below 1, in steps of 2^-53. */
  float(): number {
    return ((this.u32() >>> 5) * 0x400_0000 + (this.u32() >>> 6)) / 0x20_0000_0000_0000;
  }

  /** An integer from `min` to `max`, both included, each as likely. */
  int(min: number, max: number): number {
    const span = max - min + 1;
    assert(Number.isSafeInteger(min) && Number.isSafeInteger(max) && span >= 1, 'int takes integers, min <= max');
    if (span > 0x1_0000_0000) return Number(this.bigint(BigInt(min), BigInt(max)));
    // Draws above the last whole multiple of `span` would favour small results: they are drawn again.
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % span);
    let draw = this.u32();
    while (draw >= limit) draw = this.u32();
    return min + (draw % span);
  }

  /** An integer from `min` to `max`, both included, each as likely. */
  bigint(min: bigint, max: bigint): bigint {
    const span = max - min + 1n;
    assert(span >= 1n, 'bigint takes min <= max');
    let wordCount = 1;
    while (1n << BigInt(32 * wordCount) < span) wordCount++;
    const size = 1n << BigInt(32 * wordCount);
    const limit = size - (size % span);
    for (;;) {
      let draw = 0n;
      for (let i = 0; i < wordCount; i++) draw = (draw << 32n) | BigInt(this.u32());
      if (draw < limit) return min + (draw % span);
    }
  }

  /** One of `items`, which are not empty. */
  pick<T>(items: readonly T[]): T {
    assert(items.length > 0, 'pick takes at least one item');
    return items[this.int(0, items.length - 1)]!;
  }
}

function scramble(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x21f0_aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
  return mixed ^ (mixed >>> 15);
}
