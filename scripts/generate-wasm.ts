/**
 * `npm run generate:wasm`: writes runtime/interest/copy-pages-wasm.ts from copy-pages.wat with the WebAssembly Binary Toolkit (the dev
 * dependency wabt). It is committed; a test compares it with what this would write.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generateWasm } from '../runtime/interest/testing/generate-wasm.ts';

const interest = fileURLToPath(new URL('../runtime/interest/', import.meta.url));
writeFileSync(`${interest}copy-pages-wasm.ts`, await generateWasm(interest));
