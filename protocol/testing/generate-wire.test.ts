import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { generateWire } from './generate-wire.ts';

const protocol = fileURLToPath(new URL('..', import.meta.url));

test('generated accessors and golden vectors are what npm run generate:wire writes', async () => {
  const files = await generateWire(protocol);
  for (const [path, text] of files) {
    expect(readFileSync(join(protocol, path), 'utf8') === text, `${path} is not up to date`).toBe(true);
  }
  const present = ['generated', 'golden'].flatMap((folder) =>
    readdirSync(join(protocol, folder), { recursive: true, withFileTypes: true })
      // Beside the vectors lies what checks them.
      .filter((entry) => entry.isFile() && (folder === 'generated' || entry.name.endsWith('.json')))
      .map((entry) => join(entry.parentPath, entry.name).slice(protocol.length)),
  );
  expect(present.sort()).toEqual([...files.keys()].sort());
});
