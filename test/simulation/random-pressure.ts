import { Prng } from '@tickbase/base';
import { BYTES_ALWAYS_ENOUGH } from './lag-rules.ts';

/** What an interest may say beside its radius and centre. */
export interface PressureOptions {
  readonly tiers?: readonly { readonly beyond: number; readonly everyTicks: 2 | 4 | 8 | 16 | 32 }[];
  readonly bytesPerSecond: number;
  readonly rowsMax?: number;
}

/**
 * What makes pages lag in a walk's world: by turns nothing, rate tiers, a byte budget (and a number of rows), both. Draws from random numbers of its
 * own, so that the rest of the walk is as it would be without.
 */
export function randomPressure(seed: number): (radiusM: number, tickRate: number) => PressureOptions {
  return (radiusM, tickRate) => {
    const prng = new Prng(seed + 3);
    const hasTiers = seed % 4 === 2 || seed % 4 === 0;
    const isShort = seed % 4 === 3 || seed % 4 === 0;
    return {
      ...(hasTiers && tickRate > 0 ? { tiers: randomTiers(prng, radiusM) } : {}),
      bytesPerSecond: isShort ? prng.pick([2_048, 4_000, 12_000]) : BYTES_ALWAYS_ENOUGH,
      ...(isShort && prng.int(0, 3) === 0 ? { rowsMax: prng.int(4, 20) } : {}),
    };
  };
}

function randomTiers(prng: Prng, radiusM: number): NonNullable<PressureOptions['tiers']> {
  const near = { beyond: radiusM * (0.1 + 0.5 * prng.float()), everyTicks: prng.pick([2, 4] as const) };
  if (prng.int(0, 1) === 0) return [near];
  return [near, { beyond: near.beyond + radiusM * 0.3, everyTicks: prng.pick([8, 16] as const) }];
}
