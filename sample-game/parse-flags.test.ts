import { expect, test } from 'vitest';
import { parseFlags } from './parse-flags.ts';

test('without flags the game takes port 3000 and some bots', () => {
  expect(parseFlags([])).toEqual({ port: 3000, isPortGiven: false, bots: 24, dataDir: undefined, isHelp: false });
});

test('port, number of bots and folder are taken from the flags', () => {
  const flags = parseFlags(['--port', '0', '--bots=7', '--data-dir', 'two islands']);
  expect(flags).toEqual({ port: 0, isPortGiven: true, bots: 7, dataDir: 'two islands', isHelp: false });
});

test('--help asks for the usage', () => {
  expect(parseFlags(['--help'])).toMatchObject({ isHelp: true });
});

test.each([
  [['--prot', '1'], 'CLI_FLAG_UNKNOWN', 'did you mean --port?'],
  [['-p', '1'], 'CLI_FLAG_UNKNOWN', '-p'],
  [['3001'], 'CLI_ARGUMENT_UNKNOWN', '3001'],
  [['--port'], 'CLI_VALUE_MISSING', '--port'],
  [['--data-dir', ''], 'CLI_VALUE_MISSING', '--data-dir'],
  [['--port', '70000'], 'CLI_VALUE', 'give a whole number from 0 to 65535'],
  [['--bots', 'many'], 'CLI_VALUE', '"many" is no value for --bots'],
  [['--bots', '501'], 'CLI_VALUE', 'give a whole number from 0 to 500'],
])('%j is refused with %s, and with what would be right', (argv, code, text) => {
  const message = expect.stringContaining(text) as string;
  expect(() => parseFlags(argv)).toThrow(expect.objectContaining({ code, message }) as Error);
});
