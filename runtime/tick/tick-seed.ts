/**
 * The seed of one tick's random numbers: the same for the same database and tick, unlike for neighbours.
 * Two rounds of the 32-bit finaliser of MurmurHash3 over both halves of both numbers.
 *   returns   an integer from 0 to 2^53 - 1
 */
export function tickSeed(databaseSeed: number, tick: number): number {
  const tickLow = tick >>> 0;
  const tickHigh = Math.floor(tick / 0x1_0000_0000) >>> 0;
  const seedLow = databaseSeed >>> 0;
  const seedHigh = Math.floor(databaseSeed / 0x1_0000_0000) >>> 0;
  const low = mix(mix(seedLow ^ 0x9e37_79b9) ^ tickLow) ^ mix(tickHigh ^ seedHigh);
  const high = mix(mix(seedHigh ^ 0x85eb_ca6b) ^ tickHigh) ^ mix(low);
  return (high & 0x1f_ffff) * 0x1_0000_0000 + (low >>> 0);
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
}
