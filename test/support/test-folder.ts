import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const NAME_BEGINS = 'tb-'; // short: the path of a Unix socket has 108 bytes

/**
 * Vitest's set-up: everything that tests put into the system's place for temporary files lies in one folder, which goes with the run. All
 * projects and what they start share it, by TMPDIR.
 */
export function setup(): (() => void) | undefined {
  if (basename(tmpdir()).startsWith(NAME_BEGINS)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), NAME_BEGINS));
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  return () => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(folder, { recursive: true, force: true });
  };
}
