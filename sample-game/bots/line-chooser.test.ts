import { expect, test } from 'vitest';
import { LineChooser } from './line-chooser.ts';
import { LINES } from './lines.ts';

test('a line comes again only after all others of its subject but one, and each comes', () => {
  const chooser = new LineChooser();
  const lines = ['A wolf!', 'Run!', 'To the fire!', 'Help!'];
  const chosen = Array.from({ length: 300 }, () => chooser.next(lines));
  for (let at = 2; at < chosen.length; at++) expect(new Set(chosen.slice(at - 2, at + 1)).size).toBe(3);
  expect(new Set(chosen).size).toBe(4);
});

test('two lines take turns, and a subject does not mind what is said on another', () => {
  const chooser = new LineChooser();
  const [wolf, fire] = [
    ['A wolf!', 'Run!'],
    ['Sit down.', 'Come closer.'],
  ];
  const first = chooser.next(wolf!);
  chooser.next(fire!);
  expect(chooser.next(wolf!)).not.toBe(first);
  expect(chooser.next(wolf!)).toBe(first);
});

test('every subject has lines enough to choose another', () => {
  for (const [subject, lines] of Object.entries(LINES)) expect(new Set(lines).size, subject).toBeGreaterThan(1);
});
