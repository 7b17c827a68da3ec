import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { referenceDocs } from './reference-docs.ts';

const folder = new URL('../docs/reference/', import.meta.url);

test('docs/reference/ is what the tables in the code say', async () => {
  const pages = await referenceDocs();
  const generated = readdirSync(folder).filter((name) => !WRITTEN_BY_HAND.test(name));
  expect(generated.sort()).toEqual([...pages.keys()].sort());
  for (const [name, text] of pages) {
    expect(readFileSync(new URL(name, folder), 'utf8'), `${name}: npm run generate:docs`).toBe(text);
  }
});

/** The formats of files, which stand in no table of the code. */
const WRITTEN_BY_HAND = /-format\.md$/;
