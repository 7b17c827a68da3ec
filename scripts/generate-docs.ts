/** `npm run generate:docs [-- --check]`: writes docs/reference/ from the tables in the code; --check compares instead. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { referenceDocs } from './reference-docs.ts';

const folder = fileURLToPath(new URL('../docs/reference/', import.meta.url));
const isCheck = process.argv.includes('--check');
mkdirSync(folder, { recursive: true });
let staleCount = 0;
for (const [name, text] of await referenceDocs()) {
  const file = join(folder, name);
  if (!isCheck) {
    writeFileSync(file, text);
    continue;
  }
  if (readFileSync(file, 'utf8') !== text) {
    console.error(`docs/reference/${name} is not what the code says\n  mend:  npm run generate:docs`);
    staleCount += 1;
  }
}
process.exit(staleCount === 0 ? 0 : 1);
