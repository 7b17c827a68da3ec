import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '@tickbase/schema/plan';
import { expect, test } from 'vitest';
import { DataFolder } from './data-folder.ts';

function newFolder(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'tickbase-')), 'world', 'data');
  DataFolder.prepare(path);
  return path;
}

test('a database keeps its identity and seed from its first start on', () => {
  const path = newFolder();
  const { identity, seed } = DataFolder.open(path);
  expect(identity).toBeGreaterThan(0n);
  expect(Number.isSafeInteger(seed)).toBe(true);
  expect(DataFolder.open(path)).toMatchObject({ identity, seed });
  expect(DataFolder.open(newFolder()).identity).not.toBe(identity);
});

test('the plan of the last start is there at the next one', () => {
  const folder = DataFolder.open(newFolder());
  expect(folder.readPlan()).toBeNull();
  const plan: Plan = { planVersion: 1, tickRate: 30, tables: [], reducers: [], systems: [], interest: null };
  folder.keepPlan(plan);
  expect(DataFolder.open(folder.path).readPlan()).toEqual(plan);
});

test('a folder in which something else lies is refused; one that is new, empty or of a world is not', () => {
  const sources = mkdtempSync(join(tmpdir(), 'tickbase-'));
  DataFolder.refuseForeign(sources);
  DataFolder.refuseForeign(join(sources, 'new'));
  DataFolder.refuseForeign(newFolder());
  writeFileSync(join(sources, 'main.ts'), '');
  expect(() => DataFolder.refuseForeign(sources)).toThrow(/DATA_DIR_FOREIGN: the folder holds main\.ts, and no world/);
  const world = newFolder();
  DataFolder.open(world);
  writeFileSync(join(world, 'notes.txt'), '');
  DataFolder.refuseForeign(world);
});

test('git overlooks the folder', () => {
  expect(readFileSync(join(newFolder(), '.gitignore'), 'utf8')).toBe('*\n');
});

test('a file that cannot be read names itself', () => {
  const path = newFolder();
  DataFolder.open(path);
  for (const content of ['{', 'null', '{"formatVersion":2}', '{"formatVersion":1,"identity":"12"}']) {
    writeFileSync(join(path, 'database.json'), content);
    expect(() => DataFolder.open(path)).toThrow(/DATA_FILE_BROKEN[^]*database\.json/);
  }
});

test('a plan without the ids that were given is broken, not a plan without tables', () => {
  const path = newFolder();
  const folder = DataFolder.open(path);
  const contents = ['null', '[]', '{"planVersion":1}', '{"planVersion":1,"tables":[null],"reducers":[]}'];
  for (const content of [...contents, '{"planVersion":1,"tables":[],"reducers":[{"name":"go"}]}']) {
    writeFileSync(join(path, 'plan.json'), content);
    expect(() => folder.readPlan()).toThrow(/DATA_FILE_BROKEN[^]*plan\.json/);
  }
});

test('what the disk does not take is an error with its path', () => {
  const path = newFolder();
  const folder = DataFolder.open(path);
  mkdirSync(join(path, 'plan.json.next'));
  const plan: Plan = { planVersion: 1, tickRate: 30, tables: [], reducers: [], systems: [], interest: null };
  expect(() => folder.keepPlan(plan)).toThrow(/DATA_DIR_UNUSABLE[^]*plan\.json/);
});

test('a folder that cannot be made is an error with its path', () => {
  const file = join(newFolder(), 'file');
  writeFileSync(file, '');
  expect(() => DataFolder.prepare(join(file, 'data'))).toThrow(/DATA_DIR_UNUSABLE/);
});
