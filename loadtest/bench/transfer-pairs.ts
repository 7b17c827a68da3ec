/**
 * Pairs of different accounts, each chosen with a probability that falls with its number: account k weighs 1 / (k + 1) ** alpha, so that alpha 0
 * knows no favourites and alpha 1.5 gives every third choice to the first account. The same for the same alpha in each run.
 *   returns   u32[2 * count]: from, to
 */
export function transferPairs(count: number, accounts: number, alpha: number): Uint32Array {
  const shares = cumulativeShares(accounts, alpha);
  const random = mulberry32(SEED);
  const pairs = new Uint32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const from = pick(shares, random());
    let to = from;
    for (let tries = 0; to === from && tries < TRIES_MAX; tries++) to = pick(shares, random());
    pairs[2 * i] = from;
    pairs[2 * i + 1] = to === from ? (from + 1) % accounts : to;
  }
  return pairs;
}

/** f64[accounts]: the share of all choices that fall on an account up to this one. */
function cumulativeShares(accounts: number, alpha: number): Float64Array {
  const shares = new Float64Array(accounts);
  let sum = 0;
  for (let account = 0; account < accounts; account++) {
    sum += 1 / (account + 1) ** alpha;
    shares[account] = sum;
  }
  for (let account = 0; account < accounts; account++) shares[account]! /= sum;
  shares[accounts - 1] = 1;
  return shares;
}

/** The first account whose cumulative share is above `value`, which is in [0, 1). */
function pick(shares: Float64Array, value: number): number {
  let low = 0;
  let high = shares.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (shares[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Uniform in [0, 1); the generator of that name, by Tommy Ettinger. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

const SEED = 0x1234_5678;
/** Then the next account stands in: two equal choices in a row are rare even for alpha 1.5. */
const TRIES_MAX = 32;
