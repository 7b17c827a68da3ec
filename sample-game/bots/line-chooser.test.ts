import { expect, test } from 'vitest';
import { LineChooser } from './line-chooser.ts';
import { LINES } from './lines.ts';

test('no line is chosen twice running, and each has its turn', () => {
  const chooser = new LineChooser();
  const chosen = Array.from({ length: 300 }, () => chooser.next(['A wolf!', 'Run!', 'To the fire!']));
  expect(chosen.filter((line, at) => line === chosen[at - 1])).toEqual([]);
  expect(new Set(chosen).size).toBe(3);
});

test('every subject has lines enough to choose another', () => {
  for (const [subject, lines] of Object.entries(LINES)) expect(new Set(lines).size, subject).toBeGreaterThan(1);
});
