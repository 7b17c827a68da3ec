import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TickbaseError } from '@tickbase/base';
import { makeFolders } from '../runtime/storage/index.ts';

/** Makes the folder that a flag names, before the runs: who has waited for an hour wants it written. Throws CLI_VALUE. */
export function prepareFolder(flag: string, dir: string): void {
  const probe = join(dir, `.tickbase-loadtest-${process.pid}`);
  try {
    makeFolders(dir);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new TickbaseError({
      code: 'CLI_VALUE',
      what: `nothing can be written there: ${(error as Error).message}`,
      where: flag,
      mend: 'give a folder in which you may write',
    });
  }
}
