import { expect, test } from 'vitest';
import { ERROR_TABLE } from './error-table.ts';

test.each(Object.entries(ERROR_TABLE))(
  'every %s code stands in its table once, in capitals, with what and mend',
  (_area, rows) => {
    const codes: string[] = rows.map(({ code }) => code);
    expect(codes.filter((code, place) => codes.indexOf(code) !== place)).toEqual([]);
    for (const { code, what, mend } of rows) {
      expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/);
      expect(what.length, code).toBeGreaterThan(10);
      expect(mend.length, code).toBeGreaterThan(5);
    }
  },
);

test('no code stands in two areas', () => {
  const areasOf = new Map<string, string[]>();
  for (const [area, rows] of Object.entries(ERROR_TABLE)) {
    for (const { code } of rows) areasOf.set(code, [...(areasOf.get(code) ?? []), area]);
  }
  expect([...areasOf].filter(([, areas]) => areas.length > 1)).toEqual([]);
});
