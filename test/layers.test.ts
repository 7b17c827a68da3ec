import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/**
 * Every import points down: a file may import from its own room and from rooms of lower levels, never from a sibling.
 * docs/ARCHITECTURE.md tells why each room has its level.
 */
const LEVEL_OF_ROOM: Record<string, number> = {
  base: 0,
  schema: 1,
  protocol: 2,
  'runtime/store': 3,
  'clients/typescript': 3,
  'runtime/transactions': 4,
  'runtime/interest': 4,
  'runtime/tick': 5,
  'runtime/gateway': 6,
  'runtime/identity': 6,
  'runtime/storage': 6,
  'runtime/workers': 6,
  'runtime/zones': 6,
  'runtime/host': 7,
  'runtime/cli': 7,
  'sample-game': 8,
  loadtest: 8,
  examples: 8,
};

/** Host and cli are both wiring: the commands start the host. */
const ALLOWED_BESIDE = new Set(['runtime/cli → runtime/host']);

const ROOM_OF_PACKAGE: Record<string, string> = {
  '@tickbase/base': 'base',
  '@tickbase/schema': 'schema',
  '@tickbase/protocol': 'protocol',
  '@tickbase/client': 'clients/typescript',
};

/** Rooms that also run inside a module's bare context, or promise to touch no clock, socket or file. */
const WITHOUT_NODE = new Set([
  'base',
  'schema',
  'protocol',
  'runtime/store',
  'runtime/transactions',
  'runtime/interest',
  'runtime/tick',
]);

const root = fileURLToPath(new URL('..', import.meta.url));

function roomOf(path: string): string | null {
  const [one = '', second = ''] = path.split('/');
  const two = `${one}/${second}`;
  if (two in LEVEL_OF_ROOM) return two;
  return one in LEVEL_OF_ROOM ? one : null;
}

function roomOfPackage(specifier: string): string | null {
  if (specifier.startsWith('@tickbase/runtime/')) return specifier.slice('@tickbase/'.length);
  if (specifier === '@tickbase/runtime') return 'runtime/host';
  const name = specifier.split('/').slice(0, 2).join('/');
  return ROOM_OF_PACKAGE[name] ?? null;
}

function* sourceFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (['node_modules', 'dist', '.tickbase', 'fixtures', 'golden'].includes(entry.name)) continue;
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* sourceFiles(path);
    else if (/\.(ts|tsx|mjs|js)$/.test(entry.name)) yield path;
  }
}

const isTestFile = (path: string): boolean => /\.(test|bench)\.ts$|\/testing\//.test(path);
const IMPORT =
  /(?:^|[\s;])(?:import|export)\s(?:[^'";]*?\sfrom\s)?\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;

function violationsOf(path: string, text: string): string[] {
  const room = roomOf(path);
  if (room === null || isTestFile(path)) return [];
  const violations: string[] = [];
  for (const match of text.matchAll(IMPORT)) {
    const specifier = (match[1] ?? match[2])!;
    if (specifier.startsWith('node:')) {
      if (WITHOUT_NODE.has(room)) violations.push(`${path} imports ${specifier}: ${room} touches nothing of Node`);
      continue;
    }
    const target = specifier.startsWith('.')
      ? roomOf(relative(root, resolve(root, dirname(path), specifier)))
      : roomOfPackage(specifier);
    if (target === null || target === room) continue;
    const isDown = LEVEL_OF_ROOM[target]! < LEVEL_OF_ROOM[room]!;
    if (!isDown && !ALLOWED_BESIDE.has(`${room} → ${target}`)) {
      violations.push(`${path} imports ${specifier}: ${room} (level ${LEVEL_OF_ROOM[room]}) may not see ${target}`);
    }
    const isRelativeAcross =
      specifier.startsWith('.') && !specifier.endsWith('/index.ts') && !specifier.endsWith('-port.ts');
    if (isRelativeAcross && !(room.startsWith('runtime/') && target.startsWith('runtime/'))) {
      violations.push(`${path} imports ${specifier}: another package is entered by its door`);
    }
  }
  return violations;
}

test('every import points down the layers', () => {
  const folders = [...new Set(Object.keys(LEVEL_OF_ROOM).map((room) => room.split('/')[0]!))];
  const present = new Set(readdirSync(root));
  const violations = folders
    .filter((folder) => present.has(folder))
    .flatMap((folder) => Array.from(sourceFiles(folder)))
    .flatMap((path) => violationsOf(path, readFileSync(join(root, path), 'utf8')));
  expect(violations).toEqual([]);
});

test('an import of a sibling, of a higher level or of Node is found', () => {
  expect(violationsOf('runtime/interest/a.ts', `import { x } from '../transactions/index.ts';`)).toHaveLength(1);
  expect(violationsOf('runtime/store/a.ts', `export { x } from '../tick/index.ts';`)).toHaveLength(1);
  expect(violationsOf('schema/a.ts', `import { readFileSync } from 'node:fs';`)).toHaveLength(1);
  expect(violationsOf('protocol/a.ts', `import type { T } from '@tickbase/runtime/store';`)).toHaveLength(1);
  expect(violationsOf('base/a.ts', `const m = await import('@tickbase/schema');`)).toHaveLength(1);
  expect(violationsOf('runtime/tick/a.ts', `import { x } from '../store/index.ts';`)).toHaveLength(0);
});
