import { isLoopPossible } from './mount-space.ts';
import { cutPowerAgain } from './power-cuts.ts';

export interface PowerFuzzOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly now: () => number;
}

/** Power cuts of a real file system until the time is over; none where nothing can be mounted. Throws at the first loss. */
export async function fuzzPower({ seed, seconds, now }: PowerFuzzOptions): Promise<{ cases: number }> {
  if (!isLoopPossible) {
    process.stdout.write('this user may not mount here, or mkfs.ext4 is missing: no power was cut\n');
    return { cases: 0 };
  }
  const endMs = now() + seconds * 1000;
  let cases = 0;
  for (let i = 0; now() < endMs; i++) {
    await cutPowerAgain({ seed: seed + i, rounds: CUTS_EACH, tell: (line) => process.stdout.write(`${line}\n`) });
    cases += CUTS_EACH;
  }
  return { cases };
}

/** A file system goes through so many before a new one is made. */
const CUTS_EACH = 20;
