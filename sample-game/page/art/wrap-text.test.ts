import { expect, test } from 'vitest';
import { wrapText } from './wrap-text.ts';

const wrap = (text: string): string[] => wrapText(text, 7, (part) => Array.from(part).length);

test('a text is broken at blanks', () => {
  expect(wrap('to the fire, quick!')).toEqual(['to the', 'fire,', 'quick!']);
  expect(wrap('a wolf')).toEqual(['a wolf']);
});

test('a word that is wider than a line is broken, also in the middle of a text, and never within a character', () => {
  expect(wrap('aaaaaaaaaaaaaaaa b')).toEqual(['aaaaaaa', 'aaaaaaa', 'aa b']);
  expect(wrap('ab cdefghijkl')).toEqual(['ab', 'cdefghi', 'jkl']);
  expect(wrap('🦊🦊🦊🦊🦊🦊🦊🦊')).toEqual(['🦊🦊🦊🦊🦊🦊🦊', '🦊']);
});

test('nothing is one empty line', () => expect(wrap('')).toEqual(['']));
