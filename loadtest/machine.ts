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

/** A checkout that differs from its commit says so: its figures are not the commit's. */
function commitOf(): string {
  try {
    const commit = git('rev-parse', '--short', 'HEAD');
    return git('status', '--porcelain', '--untracked-files=no') === '' ? commit : `${commit} with changes`;
  } catch {
    return 'unknown commit';
  }
}

function git(...args: string[]): string {
  return execFileSync('git', ['--no-optional-locks', ...args], {
    encoding: 'utf8',
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}
