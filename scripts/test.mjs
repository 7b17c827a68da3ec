/**
 * `npm test [-- VITEST ARGUMENTS]`: all tests, then what was skipped and why, then `N passed, N failed`.
 * Under CI=true a skipped test counts as a failure, but for those whose titles say that the kernel lacks something.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root = fileURLToPath(new URL('..', import.meta.url));
const reportFile = join(root, '.cache', 'test-report.json');
mkdirSync(join(root, '.cache'), { recursive: true });
rmSync(reportFile, { force: true });

const { status } = spawnSync(
  'npx',
  [
    '--no-install',
    'vitest',
    'run',
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${reportFile}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: '1' } },
);

let report;
try {
  report = JSON.parse(readFileSync(reportFile, 'utf8'));
} catch {
  console.error('the test runner ended without a report');
  console.log('0 passed, 1 failed');
  process.exit(1);
}

const tests = report.testResults.flatMap((file) =>
  file.assertionResults.map((test) => ({ ...test, file: file.name.slice(root.length) })),
);
const passedCount = tests.filter((test) => test.status === 'passed').length;
const skipped = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed');
const brokenFileCount = report.testResults.filter(
  (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
).length;
let failedCount = tests.filter((test) => test.status === 'failed').length + brokenFileCount;
if (status !== 0 && failedCount === 0) failedCount = 1;

if (skipped.length > 0) {
  console.log(`\nskipped ${skipped.length}; what they need is installed by: npm run setup:system`);
  for (const test of skipped) console.log(`  ${test.file}: ${test.fullName}`);
  if (process.env.CI === 'true')
    failedCount += skipped.filter(({ title }) => !title.includes('(kernel facility: ')).length;
}
console.log(`${passedCount} passed, ${failedCount} failed`);
process.exit(failedCount === 0 ? 0 : 1);
