import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { TickbaseError } from '@tickbase/base';

/** Makes the folder that a flag names, before the runs: who has waited for an hour wants it written. Throws CLI_VALUE. */
export function prepareFolder(flag: string, dir: string): void {
  const probe = join(dir, `.tickbase-loadtest-${process.pid}`);
  try {
    makeFolder(resolve(dir));
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

/** One folder after the other: Node's own recursion never ends where the system has no folder to make, as in /proc. */
function makeFolder(dir: string): void {
  if (existsSync(dir)) return;
  makeFolder(dirname(dir));
  mkdirSync(dir);
}
