import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../host/testing/temporary-folder.ts';
import { testModule } from '../host/testing/test-module.ts';
import { CliProcess } from './testing/cli-process.ts';

test('stop ends a server and its watchdog in order, and returns when folder and port are free', async () => {
  const modulePath = testModule(20);
  const dataDir = temporaryFolder();
  const args = ['--module-path', modulePath, '--data-dir', dataDir];
  const server = new CliProcess(['start', ...args, '--port', '0']);
  const address = await server.address();

  const stop = new CliProcess(['stop', '--data-dir', dataDir]);
  expect([await stop.exit, stop.err]).toEqual([0, expect.stringMatching(/is going down\n$/)]);
  await expect(fetch(`${address}/v1/ping`)).rejects.toThrow('fetch failed');
  expect(existsSync(join(dataDir, 'control.sock'))).toBe(false);
  expect(await server.exit).toBe(0);

  const again = new CliProcess(['stop', '--data-dir', dataDir]);
  expect([await again.exit, again.err]).toEqual([1, expect.stringContaining('CONTROL_NO_SERVER')]);
});
