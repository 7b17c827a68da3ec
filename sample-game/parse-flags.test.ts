import { expect, test } from 'vitest';
import { parseFlags } from './parse-flags.ts';

test('without flags the game takes port 3000 and some bots', () => {
  expect(parseFlags([])).toEqual({ port: 3000, isPortGiven: false, bots: 24 });
});

test('port and number of bots are taken from the flags', () => {
  expect(parseFlags(['--port', '0', '--bots=7'])).toEqual({ port: 0, isPortGiven: true, bots: 7 });
});

test('unknown flags, words and numbers out of range are refused with what would be right', () => {
  expect(() => parseFlags(['--prot', '1'])).toThrow('--prot');
  expect(() => parseFlags(['3001'])).toThrow('3001');
  expect(() => parseFlags(['--port', '70000'])).toThrow('--port takes a whole number from 0 to 65535');
  expect(() => parseFlags(['--bots', 'many'])).toThrow("--bots takes a whole number from 0 to 500, not 'many'");
});
