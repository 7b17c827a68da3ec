import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('./testing/unfinished-program.ts', import.meta.url));

test.each([
  ['exits', 130, 'the load test ended before its report: status 130'],
  ['fails', 1, 'the load test failed: a fault of ours'],
  ['waits', 1, 'the load test ended before its report: nothing was left to wait for'],
])('a load test that %s before its report has one as its last line, with what happened', (how, status, why) => {
  const run = spawnSync(process.execPath, ['--conditions=tickbase-source', '--import', 'tsx', PROGRAM, how], {
    encoding: 'utf8',
  });
  expect(run.status, run.stderr).toBe(status);
  const report = JSON.parse(run.stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;
  expect(report).toMatchObject({ bots: 7, errors: 1, errorTexts: [{ text: why, count: 1 }], tickP99Ms: null });
});
