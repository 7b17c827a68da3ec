/**
 * `npm run check [-- --no-tests]`: what is run before each commit. Stops at the first part that fails and says how to mend it. Without tests: for whoever runs
 * `npm test` next, which tries all of their cases.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const parts = [
  ['format', ['oxfmt', '--check', '.'], 'npm run format'],
  ['lint', ['oxlint', '--deny-warnings'], 'mend what is listed above'],
  ['types', ['tsc', '-b'], 'mend what is listed above'],
  ['types of tests', ['tsc', '-p', 'tsconfig.test.json'], 'mend what is listed above'],
  ['fast tests', ['vitest', 'run', '--project', 'fast', '--reporter=dot'], 'npx vitest run --project fast FILE'],
];

const [flag, ...others] = process.argv.slice(2);
if ((flag !== undefined && flag !== '--no-tests') || others.length > 0) {
  console.error('usage: npm run check [-- --no-tests]');
  process.exit(2);
}
if (flag === '--no-tests') parts.pop();

const env = { ...process.env, TICKBASE_CHECK: '1', ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }) };

for (const [name, [program, ...args], mend] of parts) {
  const startedMs = performance.now();
  const { status } = spawnSync(join(root, 'node_modules', '.bin', program), args, { cwd: root, stdio: 'inherit', env });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  if (status !== 0) {
    console.error(`check: ${name} failed after ${seconds} s\n  mend:  ${mend}`);
    process.exit(1);
  }
  console.log(`check: ${name} ${seconds} s`);
}
