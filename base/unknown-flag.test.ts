import { expect, test } from 'vitest';
import { unknownFlag } from './unknown-flag.ts';

const KNOWN = ['port', 'bots'];

test('the first flag that is not known is named, with the one that was likely meant', () => {
  expect(unknownFlag(['--bots', '3', '--prot=3001', '--bogus'], KNOWN, 'see --help')).toEqual({
    flag: '--prot',
    mend: 'did you mean --port? see --help',
  });
  expect(unknownFlag(['--bogus'], KNOWN, 'see --help')).toEqual({ flag: '--bogus', mend: 'see --help' });
});

test('known flags, values and what follows -- are passed over', () => {
  expect(unknownFlag(['word', '-p', '--port=1', '--bots', '2', '--', '--prot'], KNOWN, '')).toBeNull();
});
