import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { referenceDocs } from './reference-docs.ts';

test('docs/reference/ is what the tables in the code say', () => {
  for (const [name, text] of referenceDocs()) {
    expect(
      readFileSync(new URL(`../docs/reference/${name}`, import.meta.url), 'utf8'),
      `${name}: npm run generate:docs`,
    ).toBe(text);
  }
});
