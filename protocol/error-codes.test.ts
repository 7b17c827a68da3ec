import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ERROR_TABLE } from '@tickbase/schema/errors';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

function texts(folder: string, isTest: boolean): string {
  return readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter(
      (path) =>
        path.endsWith('.ts') && !/^(dist|node_modules|generated)\//.test(path) && path.endsWith('.test.ts') === isTest,
    )
    .map((path) => read(`${folder}/${path}`))
    .join('\n');
}

test('every code that the wire reports is documented, and every documented one is reported and tested', () => {
  const reported = texts('base', false) + texts('protocol', false) + read('schema/values/value-problem.ts');
  const tested = texts('base', true) + texts('protocol', true);
  const thrown = new Set([...reported.matchAll(/'((?:WIRE|VALUE)_[A-Z0-9_]+)'/g)].map((match) => match[1]!));
  const documented: string[] = ERROR_TABLE.wire.map((row) => row.code);
  expect([...thrown].sort()).toEqual([...documented].sort());
  for (const code of documented) expect(tested, `${code} has no test`).toContain(code);
});
