import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TickbaseError } from '@tickbase/base';

/** The file that a module's folder is entered by: `src/index.ts`. Throws MODULE_NOT_FOUND. */
export function findModule(folder: string): string {
  const entry = join(folder, 'src', 'index.ts');
  const exists = existsSync(folder);
  const hasFolder = exists && statSync(folder).isDirectory();
  if (hasFolder && existsSync(entry)) return entry;
  if (exists && !hasFolder) {
    throw new TickbaseError({
      code: 'MODULE_NOT_FOUND',
      what: 'this is a file',
      where: folder,
      mend: 'give its folder with --module-path: the one that holds src/index.ts, not src itself',
    });
  }
  throw new TickbaseError({
    code: 'MODULE_NOT_FOUND',
    what: hasFolder ? 'the folder has no src/index.ts' : 'there is no such folder',
    where: hasFolder ? entry : folder,
    mend: 'give the folder of a module with --module-path: it holds src/index.ts, which exports its schema as default',
  });
}
