import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

/** What a figure must name: where it was measured, and on which commit. */
export function machine(): Machine {
  return { commit: commitOf(), node: process.version, cpu: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}` };
}

export interface Machine {
  readonly commit: string;
  readonly node: string;
  readonly cpu: string;
}

function commitOf(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      encoding: 'utf8',
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown commit';
  }
}
