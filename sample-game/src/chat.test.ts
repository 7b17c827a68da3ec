import { expect, test } from 'vitest';
import { openGame } from '../testing/open-game.ts';
import { CHRONICLE_LENGTH, LINE_LENGTH_MAX } from './rules.ts';

test('the last hundred lines to all are kept with their speaker, older ones are gone', () => {
  const game = openGame();
  const ann = game.join('Ann');
  for (let i = 1; i <= CHRONICLE_LENGTH + 7; i++) {
    expect(ann.call('say', { text: ` line ${i} `, toAll: true })).toBe('');
  }
  const lines = game.run((ctx) => [...ctx.db.chronicle.iter()]).sort((a, b) => Number(a.id - b.id));
  expect(lines).toHaveLength(CHRONICLE_LENGTH);
  expect([lines[0]!.text, lines.at(-1)!.text]).toEqual(['line 8', 'line 107']);
  expect(lines.every(({ name, speakerId }) => name === 'Ann' && speakerId === ann.bodyId)).toBe(true);
});

test('a line to those who are near is not kept', () => {
  const game = openGame();
  expect(game.join('Ann').call('say', { text: 'psst', toAll: false })).toBe('');
  expect(game.run((ctx) => [ctx.db.chronicle.count(), ctx.db.nearLine.count()])).toEqual([0n, 0n]);
});

test('empty and overlong lines are refused', () => {
  const ann = openGame().join('Ann');
  for (const text of ['', '  ', 'x'.repeat(LINE_LENGTH_MAX + 1)]) {
    expect(ann.call('say', { text, toAll: true })).toBe(`a line has 1 to ${LINE_LENGTH_MAX} letters`);
  }
});
