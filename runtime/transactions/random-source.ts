import type { Prng } from '@tickbase/base';

/** `ctx.random`: repeatable random numbers of one transaction. Called, it gives a number from 0 to below 1. */
export interface RandomSource {
  (): number;
  /** Fills an array of integers with random ones and returns it. */
  fill<T extends IntegerArray>(array: T): T;
  /** From 0 to 2^32 - 1. */
  uint32(): number;
  /** From `min` to `max`, both included. */
  integerInRange(min: number, max: number): number;
  /** From `min` to `max`, both included. */
  bigintInRange(min: bigint, max: bigint): bigint;
}

export type IntegerArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

export function makeRandomSource(prng: Prng): RandomSource {
  const random = (): number => prng.float();
  return Object.assign(random, {
    fill<T extends IntegerArray>(array: T): T {
      if (array instanceof BigInt64Array || array instanceof BigUint64Array) {
        for (let i = 0; i < array.length; i++) array[i] = (BigInt(prng.u32()) << 32n) | BigInt(prng.u32());
      } else {
        for (let i = 0; i < array.length; i++) array[i] = prng.u32();
      }
      return array;
    },
    uint32: (): number => prng.u32(),
    integerInRange: (min: number, max: number): number => prng.int(min, max),
    bigintInRange: (min: bigint, max: bigint): bigint => prng.bigint(min, max),
  });
}
