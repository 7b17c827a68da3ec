import { expect, test } from 'vitest';
import { runCli } from './run-cli.ts';
import { SETTINGS } from './settings.ts';

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await runCli(args, {
    env: {},
    cwd: '/srv/empty',
    out: (text) => (out += text),
    err: (text) => (err += text),
    isTerminal: false,
  });
  return { code, out, err };
}

test('the help tells every command, and that of start every option with its variable', async () => {
  const top = await run('--help');
  expect(top.code).toBe(0);
  for (const command of ['start', 'publish', 'stop', 'generate']) expect(top.out).toContain(`  ${command} `);
  const start = await run('start', '--help');
  expect(start.code).toBe(0);
  for (const { flag, variable, key } of SETTINGS) {
    expect(start.out).toContain(`--${flag} `);
    expect(start.out).toContain(variable);
    expect(start.out).toContain(key);
  }
});

test('--version prints the version of the package', async () => {
  expect(await run('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
});

test('what it does not understand ends with 2, what fails with 1, both with a coded error', async () => {
  expect(await run()).toMatchObject({ code: 2, err: expect.stringContaining('CLI_COMMAND_UNKNOWN') as string });
  expect(await run('strat')).toMatchObject({ code: 2, err: expect.stringContaining('"strat"') as string });
  expect((await run('strat')).err).toContain('did you mean start?');
  expect(await run('start', '--bogus')).toMatchObject({ code: 2, err: expect.stringContaining('--bogus') as string });
  const missing = await run('start', '--module-path', '/srv/empty/nowhere');
  expect(missing).toMatchObject({ code: 1, err: expect.stringContaining('MODULE_NOT_FOUND') as string });
});
