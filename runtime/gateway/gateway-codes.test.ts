import { readdirSync, readFileSync } from 'node:fs';
import { ERROR_TABLE } from '@tickbase/schema/errors';
import { expect, test } from 'vitest';

const folder = new URL('.', import.meta.url);
const sources = readdirSync(folder).filter((name) => name.endsWith('.ts'));

function read(names: readonly string[]): string {
  return names.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
}

test('every code that the gateway can report is in the table of codes, and a test meets it', () => {
  const code = read(sources.filter((name) => !name.endsWith('.test.ts')));
  const tests = read(sources.filter((name) => name.endsWith('.test.ts') && name !== 'gateway-codes.test.ts'));
  const used = new Set(
    [...code.matchAll(/(?:code: |refuse\w*\([^']*|badMessage\()'([A-Z][A-Z_]+)'/g)].map((match) => match[1]!),
  );
  const listed = new Set(Object.values(ERROR_TABLE).flatMap((codes) => codes.map((entry) => entry.code as string)));
  expect(used.size).toBeGreaterThan(25);
  expect([...used].filter((name) => !listed.has(name))).toEqual([]);
  // A Node without a build of the socket library cannot be had here.
  expect([...used].filter((name) => !tests.includes(name))).toEqual(['SOCKETS_NOT_BUILT']);
});
