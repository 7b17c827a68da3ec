import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TickbaseError } from '@tickbase/base';
import { isGenerated } from './generated-header.ts';

export interface WriteReport {
  readonly writtenCount: number;
  readonly unchangedCount: number;
  readonly removedCount: number;
}

/**
 * Brings a folder to the generated files: writes those that differ, removes those that an earlier run made and this one does
 * not. Files of others are never touched: one that stands in the way is GENERATE_FILE_TAKEN, and then nothing is written.
 */
export async function writeGenerated(outDir: string, files: ReadonlyMap<string, string>): Promise<WriteReport> {
  await mkdir(outDir, { recursive: true });
  const present = new Map<string, string>();
  for (const entry of await readdir(outDir, { withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    const text = await readFile(join(outDir, entry.name), 'utf8');
    if (isGenerated(text)) present.set(entry.name, text);
    else if (files.has(entry.name)) throw taken(join(outDir, entry.name));
  }
  const changed = [...files].filter(([name, text]) => present.get(name) !== text);
  const stale = [...present.keys()].filter((name) => !files.has(name));
  for (const [name, text] of changed) await writeFile(join(outDir, name), text);
  for (const name of stale) await rm(join(outDir, name));
  return {
    writtenCount: changed.length,
    unchangedCount: files.size - changed.length,
    removedCount: stale.length,
  };
}

function taken(path: string): TickbaseError {
  return new TickbaseError({
    code: 'GENERATE_FILE_TAKEN',
    what: 'a file that would be generated exists and was not made by the generator',
    where: path,
    mend: 'move it away or choose another --out-dir',
  });
}
