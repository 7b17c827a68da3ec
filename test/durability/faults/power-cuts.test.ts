import { expect, test } from 'vitest';
import { isLoopPossible, needsLoop } from './mount-space.ts';
import { cutPowerAgain } from './power-cuts.ts';
import { isStraceHere, needsStrace } from './strace.ts';

test.skipIf(!isLoopPossible)(needsLoop('(3) what was confirmed is there after the power was cut'), async () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  await cutPowerAgain({ seed, rounds: 3, tell: (line) => process.stdout.write(`${line}\n`) });
});

test.skipIf(!isLoopPossible || !isStraceHere)(
  needsStrace(needsLoop('(12) syncs that keep nothing are found out by the same means')),
  async () => {
    const cuts = cutPowerAgain({ seed: 1, rounds: 8, isDiskLying: true, tell: () => {} });
    await expect(cuts).rejects.toThrow(/taken back|is lost|LOG_|SNAPSHOT_|DATA_FILE_BROKEN/);
  },
);
