import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { generateWasm } from './generate-wasm.ts';

const interest = fileURLToPath(new URL('..', import.meta.url));

test('the bytes that copy pieces are what npm run generate:wasm writes', async () => {
  const text = readFileSync(`${interest}copy-pages-wasm.ts`, 'utf8');
  expect(text === (await generateWasm(interest)), 'copy-pages-wasm.ts is not up to date').toBe(true);
});
