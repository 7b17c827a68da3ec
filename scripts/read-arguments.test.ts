import { expect, test } from 'vitest';
import { nameList } from './name-list.ts';
import { numberOf } from './number-of.ts';
import { readArguments } from './read-arguments.ts';

const SHAPE = {
  script: 'fuzz',
  names: ['store', 'views'],
  options: { seconds: { type: 'string' }, json: { type: 'boolean' } },
} as const;

test('a name and flags are read', () => {
  expect(readArguments(['views', '--seconds', '7', '--json'], SHAPE)).toEqual({
    name: 'views',
    values: { seconds: '7', json: true },
  });
});

test('who asks for help gets no arguments', () => {
  expect(readArguments(['--help'], SHAPE)).toBeNull();
});

test.each([
  [['view'], 'CLI_VALUE', 'did you mean views? give one of store, views'],
  [['bogus'], 'CLI_VALUE', 'there is no fuzz "bogus"'],
  [[], 'CLI_VALUE', 'no name is given'],
  [['views', 'store'], 'CLI_ARGUMENT_UNKNOWN', '"store" is not expected'],
  [['views', '--second', '7'], 'CLI_FLAG_UNKNOWN', 'did you mean --seconds?'],
  [['views', '--seconds'], 'CLI_VALUE_MISSING', '--seconds'],
])('%j is refused with %s, and with what would be right', (argv, code, text) => {
  const message = expect.stringContaining(text) as string;
  expect(() => readArguments(argv, SHAPE)).toThrow(expect.objectContaining({ code, message }) as Error);
});

test('a script that takes no name refuses one', () => {
  expect(readArguments([], { ...SHAPE, names: null })).toMatchObject({ name: '' });
  expect(() => readArguments(['views'], { ...SHAPE, names: null })).toThrow('CLI_ARGUMENT_UNKNOWN');
});

test('a number that a flag does not take is refused with what it takes', () => {
  expect([seconds(undefined), seconds('2.5')]).toEqual([10, 2.5]);
  for (const text of ['', '0', 'ten']) expect(() => seconds(text)).toThrow(/^CLI_VALUE.*\n.*--seconds\n.*more$/);
});

test('a list of names has a line for each', () => {
  expect(nameList(['store', 'a'], { store: 'rows', a: 'letters' })).toBe('  store   rows\n  a       letters');
});

function seconds(text: string | undefined): number {
  return numberOf('--seconds', text, 10, (value) => value > 0, 'more');
}
