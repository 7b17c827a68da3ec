import { expect, test } from 'vitest';
import { parseFlags } from './parse-flags.ts';

test('without flags the game takes port 3000 and some bots', () => {
  expect(parseFlags([])).toEqual({ port: 3000, isPortGiven: false, bots: 24, isHelp: false });
});

test('port and number of bots are taken from the flags', () => {
  expect(parseFlags(['--port', '0', '--bots=7'])).toEqual({ port: 0, isPortGiven: true, bots: 7, isHelp: false });
});

test('--help asks for the usage', () => {
  expect(parseFlags(['--help'])).toMatchObject({ isHelp: true });
});

test.each([
  [['--prot', '1'], 'CLI_FLAG_UNKNOWN', 'did you mean --port?'],
  [['-p', '1'], 'CLI_FLAG_UNKNOWN', '-p'],
  [['3001'], 'CLI_ARGUMENT_UNKNOWN', '3001'],
  [['--port'], 'CLI_VALUE_MISSING', '--port'],
  [['--port', '70000'], 'CLI_VALUE', 'give a whole number from 0 to 65535'],
  [['--bots', 'many'], 'CLI_VALUE', '--bots takes no "many"'],
  [['--bots', '501'], 'CLI_VALUE', 'give a whole number from 0 to 500'],
])('%j is refused with %s, and with what would be right', (argv, code, text) => {
  const message = expect.stringContaining(text) as string;
  expect(() => parseFlags(argv)).toThrow(expect.objectContaining({ code, message }) as Error);
});
