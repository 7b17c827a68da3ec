import type { TableChange } from '../store/index.ts';

/** The columns of the i-th change as one word: bit c for column c, bit 31 for column 31 and all after it. */
export function changedColumns({ masks, maskWords }: TableChange, i: number): number {
  const first = i * maskWords;
  let bits = masks[first]!;
  for (let w = 1; w < maskWords; w++) if (masks[first + w] !== 0) bits |= 1 << 31;
  return bits;
}
