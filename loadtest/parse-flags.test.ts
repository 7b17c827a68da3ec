import { TickbaseError } from '@tickbase/base';
import { expect, test } from 'vitest';
import { databaseOf, parseFlags } from './parse-flags.ts';

test('without flags the sample game is played by a hundred bots on a server of its own', () => {
  const { scenario, ...flags } = parseFlags([]);
  expect(scenario.name).toBe('game');
  expect(flags).toEqual({
    bots: 100,
    seconds: 20,
    isAll: false,
    findMaxP99Ms: null,
    pairs: null,
    hasSlow: true,
    hasOverload: false,
    socketThreads: 0,
    uri: null,
    isJson: false,
    profileDir: null,
    reportDir: null,
    isHelp: false,
  });
});

test('a search tries up to 5000 bots for a p99 of 50 ms; all scenarios are run shortly', () => {
  expect(parseFlags(['--find-max', '--scenario', 'clump'])).toMatchObject({
    findMaxP99Ms: 50,
    bots: 5000,
    seconds: 20,
  });
  expect(parseFlags(['--find-max', '--p99', '30', '--bots', '700'])).toMatchObject({ findMaxP99Ms: 30, bots: 700 });
  expect(parseFlags(['--scenario', 'all'])).toMatchObject({ isAll: true, bots: 60, seconds: 5 });
});

test.each([
  ['ws://127.0.0.1:3000', 'ws://127.0.0.1:3000/v1/database/wander/subscribe'],
  ['http://localhost:3000/', 'ws://localhost:3000/v1/database/wander/subscribe'],
  ['ws://[::1]:7/v1/database/mine/subscribe', 'ws://[::1]:7/v1/database/mine/subscribe'],
])('%s is the address %s', (given, uri) => {
  expect(parseFlags(['--scenario', 'wander', '--uri', given]).uri).toBe(uri);
});

test('the database is a part of the address', () => {
  expect(databaseOf('ws://[::1]:7/v1/database/mine/subscribe')).toBe('mine');
});

test.each([
  [['--bots', '0'], 'CLI_VALUE'],
  [['--bots', '1e3'], 'CLI_VALUE'],
  [['--seconds', '2.5'], 'CLI_VALUE'],
  [['--seconds'], 'CLI_VALUE_MISSING'],
  [['--scenario', 'sleep'], 'CLI_VALUE'],
  [['--bot', '3'], 'CLI_FLAG_UNKNOWN'],
  [['-b', '3'], 'CLI_FLAG_UNKNOWN'],
  [['500'], 'CLI_ARGUMENT_UNKNOWN'],
  [['--uri', '127.0.0.1:3000'], 'CLI_VALUE'],
  [['--uri', 'ws://127.0.0.1:3000/subscribe'], 'CLI_VALUE'],
  [['--uri', 'ws://127.0.0.1:3000', '--profile', '/tmp'], 'CLI_VALUE'],
  [['--find-max', '--uri', 'ws://127.0.0.1:3000'], 'CLI_VALUE'],
  [['--find-max', '--profile', '/tmp'], 'CLI_VALUE'],
  [['--find-max', '--scenario', 'all'], 'CLI_VALUE'],
  [['--find-max', '--scenario', 'slow-socket', '--pairs', '2'], 'CLI_VALUE'],
  [['--p99', '20'], 'CLI_VALUE'],
  [['--overload', 'yes'], 'CLI_VALUE'],
  [['--socket-threads', '17'], 'CLI_VALUE'],
  [['--socket-threads', '1', '--uri', 'ws://127.0.0.1:3000'], 'CLI_VALUE'],
  [['--overload', 'on', '--uri', 'ws://127.0.0.1:3000'], 'CLI_VALUE'],
  [['--pairs', '2'], 'CLI_VALUE'],
  [['--scenario', 'slow-socket', '--pairs', '51'], 'CLI_VALUE'],
])('%j is refused with %s', (argv, code) => {
  expect(codeOf(argv)).toBe(code);
});

test('a misspelt scenario is told which one was likely meant', () => {
  expect(() => parseFlags(['--scenario', 'clmp'])).toThrow('did you mean clump? give one of game, wander, idle');
});

test.each(['ws://192.0.2.7:3000', 'ws://example.org', 'ws://127.0.0.1.example.org:3000', 'ws://0.0.0.0:3000'])(
  '%s is another machine, and refused',
  (uri) => {
    expect(codeOf(['--uri', uri])).toBe('LOADTEST_NOT_LOOPBACK');
  },
);

function codeOf(argv: readonly string[]): string {
  try {
    parseFlags(argv);
  } catch (error) {
    expect(error).toBeInstanceOf(TickbaseError);
    return (error as TickbaseError).code;
  }
  return '';
}
