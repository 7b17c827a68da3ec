import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../host/testing/temporary-folder.ts';
import { gatherSettings } from './gather-settings.ts';
import { startOptions, watchdogS } from './start-options.ts';

function folderWith(file: object | string, name = 'tickbase.json'): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), typeof file === 'string' ? file : JSON.stringify(file));
  return folder;
}

const optionsOf = (args: string, env: Record<string, string> = {}, cwd = '/srv/empty'): Record<string, unknown> => ({
  ...startOptions(gatherSettings(args.split(' ').filter(Boolean), { env, cwd })),
});

test('flags win over environment variables, these over the file, this over the default', () => {
  const cwd = folderWith({ modulePath: 'game', port: 4003 });
  const env = { TICKBASE_PORT: '4002' };
  expect(optionsOf('--port 4001', env, cwd)).toMatchObject({ port: 4001, portOrigin: 'flag' });
  expect(optionsOf('', env, cwd)).toMatchObject({ port: 4002, portOrigin: 'environment' });
  expect(optionsOf('', {}, cwd)).toMatchObject({ port: 4003, portOrigin: 'file', modulePath: join(cwd, 'game') });
  expect(optionsOf('--module-path m')).toEqual({ modulePath: '/srv/empty/m', portOrigin: 'default' });
});

test('every setting can be given in each of the three ways', () => {
  const paths = { dataDir: '/d', staticDir: '/s', modulePath: '/m' };
  const all = { database: 'arena', host: '0.0.0.0', port: 0, callMsMax: 70, metricsFor: 'all', ...paths };
  const flags = '--module-path /m --name arena --host 0.0.0.0 --port 0 --data-dir=/d --static-dir /s --workers 2';
  expect(optionsOf(`${flags} --call-ms-max 70 --metrics all --socket-threads 2`)).toMatchObject({
    ...all,
    socketThreads: 2,
  });
  const env = {
    TICKBASE_MODULE_PATH: '/m',
    TICKBASE_NAME: 'arena',
    TICKBASE_HOST: '0.0.0.0',
    TICKBASE_PORT: '0',
    TICKBASE_DATA_DIR: '/d',
    TICKBASE_STATIC_DIR: '/s',
    TICKBASE_WORKERS: 'auto',
    TICKBASE_CALL_MS_MAX: '70',
    TICKBASE_METRICS: 'all',
  };
  expect(optionsOf('', env)).toMatchObject(all);
  const { database: name, metricsFor: metrics, ...rest } = all;
  expect(optionsOf('', {}, folderWith({ name, metrics, ...rest, workers: 0 }))).toMatchObject(all);
});

const waitS = (args: string): number =>
  watchdogS(gatherSettings(args.split(' ').filter(Boolean), { env: {}, cwd: '/' }));

test('the watchdog waits for ten seconds unless it is told otherwise, or is none', () => {
  expect(['', '--watchdog 3', '--watchdog 0'].map(waitS)).toEqual([10, 3, 0]);
  expect(() => waitS('--watchdog soon')).toThrow(/CLI_VALUE/);
});

test('paths are relative to where they were written', () => {
  const folder = folderWith({ modulePath: '../game', dataDir: 'data' }, 'other.json');
  const config = join(folder, 'other.json');
  expect(optionsOf(`--config ${config} --static-dir page`)).toMatchObject({
    modulePath: join(folder, '../game'),
    dataDir: join(folder, 'data'),
    staticDir: '/srv/empty/page',
  });
  expect(optionsOf('', { TICKBASE_CONFIG: config })).toMatchObject({ dataDir: join(folder, 'data') });
});

test('what cannot be understood is an error with its code, which names the place', () => {
  const rows: [args: string, code: string, where: string, env?: Record<string, string>, file?: object | string][] = [
    ['', 'CLI_MODULE_MISSING', '--module-path'],
    ['--prot 4001', 'CLI_FLAG_UNKNOWN', '--prot'],
    ['--prot 4001', 'CLI_FLAG_UNKNOWN', 'did you mean --port?'],
    ['-p 4001', 'CLI_FLAG_UNKNOWN', '-p'],
    ['game', 'CLI_ARGUMENT_UNKNOWN', 'game'],
    ['--port', 'CLI_VALUE_MISSING', '--port'],
    ['--port --host', 'CLI_VALUE_MISSING', '--port'],
    ['--name= --host h', 'CLI_VALUE_MISSING', '--name'],
    ['--module-path m --port 65536', 'CLI_VALUE', '--port'],
    ['--module-path m --port 1e3', 'CLI_VALUE', '--port'],
    ['--module-path m', 'CLI_VALUE', 'TICKBASE_PORT', { TICKBASE_PORT: 'http' }],
    ['--module-path m', 'CLI_VALUE', '"port" in ', {}, { port: -1 }],
    ['--module-path m --workers some', 'CLI_VALUE', '--workers'],
    ['--module-path m --socket-threads auto', 'CLI_VALUE', '--socket-threads'],
    ['--module-path m --call-ms-max 0.5', 'CLI_VALUE', '--call-ms-max'],
    ['--module-path m --metrics some', 'CLI_VALUE', '--metrics'],
    ['--module-path m', 'CLI_CONFIG_FILE', '"prot"', {}, { prot: 4001 }],
    ['--module-path m', 'CLI_CONFIG_FILE', 'did you mean "port"?', {}, { prot: 4001 }],
    ['--module-path m', 'CLI_CONFIG_FILE', '"host"', {}, { host: ['h'] }],
    ['--module-path m', 'CLI_CONFIG_FILE', 'tickbase.json', {}, '{ port: 1 }'],
    ['--module-path m', 'CLI_CONFIG_FILE', 'tickbase.json', {}, '[]'],
    ['--config nowhere.json', 'CLI_CONFIG_FILE', 'nowhere.json'],
  ];
  for (const [args, code, where, env, file] of rows) {
    const cwd = file === undefined ? '/srv/empty' : folderWith(file);
    expect(() => optionsOf(args, env, cwd), args).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(where) as string }) as Error,
    );
  }
});
