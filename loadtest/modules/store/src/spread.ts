/** A number from 0 up to 1 that looks random: of a row and a purpose, the same on both sides of a comparison. */
export function spread(row: number, purpose: number): number {
  let h = Math.imul(row + 1, 0x9e3779b1) ^ Math.imul(purpose, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 0x1_0000_0000;
}
