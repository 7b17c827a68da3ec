import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/**
 * The decoders of check_golden.py were written from WIRE.md and the .fbs files alone, without sight of this codebase: that they
 * agree with the vectors shows that the specification is enough to write a decoder from.
 */
const checker = fileURLToPath(new URL('check_golden.py', import.meta.url));
const isPythonMissing = spawnSync('python3', ['--version']).status !== 0;
const suffix = isPythonMissing ? ' (python3 is missing; `npm run setup:system` installs it)' : '';

/** The last line of what the checker prints; throws, with what it printed, when its exit code is not 0. */
function lastLineOf(...options: string[]): string | undefined {
  return execFileSync('python3', [checker, ...options], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .at(-1);
}

test.skipIf(isPythonMissing)(
  `a checker written from WIRE.md alone reads every golden vector as it is meant${suffix}`,
  () => {
    expect(lastLineOf()).toMatch(/^ok \d+ vectors$/);
  },
  60_000,
);

test.skipIf(isPythonMissing)(
  `the checker notices nearly every changed bit, and every changed meaning, of a golden vector${suffix}`,
  () => {
    expect(lastLineOf('--self-test')).toBe('ok');
  },
  60_000,
);
