import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '@tickbase/schema/plan';
import { expect, test } from 'vitest';
import { bazaarPlan } from './testing/bazaar-plan.ts';
import { planOf } from './testing/plan-of.ts';
import * as chatModule from './testing/chat/src/index.ts';
import * as gameModule from '../../../schema/fixtures/game-module.ts';
import { generateTypescript } from './typescript/generate-typescript.ts';

/** With TICKBASE_UPDATE_GOLDEN=1 the folders are written anew instead; look at the difference before it is committed. */
const IS_UPDATE = process.env['TICKBASE_UPDATE_GOLDEN'] === '1';

const CASES: [name: string, plan: () => Plan][] = [
  ['chat', () => planOf(chatModule)],
  ['game', () => planOf(gameModule)],
  ['bazaar', () => bazaarPlan()],
];

test.each(CASES)('the bindings of the %s module are those of the golden folder', async (name, plan) => {
  const folder = join(import.meta.dirname, 'golden', name, 'module_bindings');
  const files = generateTypescript(plan(), { includesPrivate: false, importExtension: 'ts' });
  if (IS_UPDATE) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    for (const [file, text] of files) await writeFile(join(folder, file), text);
  }
  expect([...files.keys()].sort()).toEqual((await readdir(folder)).sort());
  for (const [file, text] of files) expect(text, file).toBe(await readFile(join(folder, file), 'utf8'));
});

test('a table whose row type would have the name of something imported gets another', () => {
  const [stall] = bazaarPlan().tables;
  const plan: Plan = { ...bazaarPlan(), tables: [{ ...stall!, name: 'unique_index', accessor: 'uniqueIndex' }] };
  const files = generateTypescript(plan, { includesPrivate: false, importExtension: 'ts' });
  expect(files.get('types.ts')).toContain('export interface UniqueIndexRow {');
  expect(files.get('unique_index_table.ts')).toContain('UniqueIndex<UniqueIndexRow, ');
});

test('the order of declarations does not change the bindings', () => {
  const plan = planOf(gameModule);
  const turned: Plan = { ...plan, tables: plan.tables.toReversed(), reducers: plan.reducers.toReversed() };
  const options = { includesPrivate: false, importExtension: 'js' } as const;
  expect(withoutHash(generateTypescript(turned, options))).toEqual(withoutHash(generateTypescript(plan, options)));
});

function withoutHash(files: ReadonlyMap<string, string>): string[] {
  return Array.from(files, ([file, text]) => `${file}\n${text.replace(/schema: [0-9a-f]{16}/, '')}`);
}

test('private tables are left out unless they are asked for, and then marked', () => {
  const options = { includesPrivate: false, importExtension: 'none' } as const;
  expect(generateTypescript(bazaarPlan(), options).has('ledger_table.ts')).toBe(false);
  const text = generateTypescript(bazaarPlan(), { ...options, includesPrivate: true }).get('ledger_table.ts');
  expect(text).toContain('isPrivate: true');
  expect(text).toContain("from './types';");
});

test('init, lifecycle and scheduled functions are no calls', () => {
  const files = generateTypescript(planOf(chatModule), { includesPrivate: true, importExtension: 'js' });
  expect([...files.keys()].filter((file) => file.endsWith('_reducer.ts'))).toEqual([
    'send_message_reducer.ts',
    'set_name_reducer.ts',
  ]);
});
