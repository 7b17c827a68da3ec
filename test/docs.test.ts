import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ERROR_TABLE } from '@tickbase/schema/errors';
import { parseSql } from '@tickbase/schema/query';
import type { Plan } from '@tickbase/schema/plan';
import { loadModule } from '@tickbase/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SETTINGS } from '../runtime/cli/settings.ts';
import { brokenLinks } from './support/broken-links.ts';
import { commandProblem, commandsOf } from './support/command-problem.ts';
import { DocFiles } from './support/doc-files.ts';
import { blocksOf, docPages } from './support/doc-page.ts';
import { isWalked, walkPage } from './support/walk-page.ts';

const root = join(import.meta.dirname, '..');
/** Git-ignored, and within the checkout, where the packages are found. */
const folder = join(root, '.cache/docs');
const pages = docPages();
const plans = new Map<string, Plan>();

/** The longest walk takes some seconds alone; all at once, on a busy machine, it takes its time. */
const WALK_MS_MAX = 300_000;

const folderOf = (path: string): string => join(folder, 'pages', path.replaceAll(/[/.]/g, '-'));

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const page of pages) {
    const files = DocFiles.atEndOf(page);
    files.writeTo(folderOf(page.path));
    if (files.moduleFolder === null) continue;
    const { plan } = await loadModule(join(folderOf(page.path), files.moduleFolder));
    plans.set(page.path, plan);
    files.writeBindingsTo(folderOf(page.path), plan);
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every code block is of a kind that is checked', () => {
  const unchecked = pages.flatMap(({ blocks }) =>
    blocks.filter(({ language, file }) => {
      const isFile = language === 'ts' || language === 'tsx' || language === 'html';
      return isFile ? file === null : !['json', 'sh', 'sql', 'text', ''].includes(language);
    }),
  );
  expect(unchecked.map(({ where, language }) => `${where}: ${language}, see test/support/doc-page.ts`)).toEqual([]);
});

test('TypeScript of the documentation fits the packages and the bindings of its module', () => {
  mkdirSync(folder, { recursive: true });
  const config = {
    extends: '../../tsconfig.base.json',
    compilerOptions: {
      composite: false,
      declaration: false,
      noEmit: true,
      noUnusedLocals: false,
      lib: ['es2023', 'dom', 'dom.iterable'],
      types: ['node'],
      jsx: 'react-jsx',
    },
    include: ['pages/**/*.ts', 'pages/**/*.tsx'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false']);
  expect(String(stdout)).toBe('');
  expect(status).toBe(0);
});

test('a folder with the tsconfig.json of its page is checked without an error', () => {
  const configs = pages.flatMap(({ path, blocks }) =>
    blocks.flatMap(({ file }) =>
      file?.endsWith('/tsconfig.json') === true ? [join(folderOf(path), dirname(file))] : [],
    ),
  );
  expect(configs.map((place) => basename(place))).toEqual(expect.arrayContaining(['my-world', 'my-client']));
  for (const place of configs) {
    // What the page's folders find beside them in a checkout.
    copyFileSync(join(root, 'tsconfig.base.json'), join(place, '../tsconfig.base.json'));
    const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', place, '--pretty', 'false']);
    expect(String(stdout), place).toBe('');
  }
});

test('commands of the documentation exist, and have their flags', async () => {
  const problems: string[] = [];
  for (const { where, language, code } of pages.flatMap(({ blocks }) => blocks)) {
    if (language !== 'sh') continue;
    for (const command of commandsOf(code)) {
      const problem = await commandProblem(command);
      if (problem !== null) problems.push(`${where}: ${problem}: ${command}`);
    }
  }
  expect(problems).toEqual([]);
});

test('SQL of the documentation is read against the module of its page', () => {
  let count = 0;
  for (const { path, blocks } of pages) {
    for (const { where, language, code } of blocks) {
      if (language !== 'sql') continue;
      const plan = plans.get(path);
      if (plan === undefined) throw new Error(`${where}: the page has no module`);
      for (const query of code.split('\n').filter(Boolean)) {
        expect(() => parseSql(query, plan), `${where}: ${query}`).not.toThrow();
        count++;
      }
    }
  }
  expect(count).toBeGreaterThan(0);
});

test('JSON of the documentation is JSON, and settings are those that there are', () => {
  const known = SETTINGS.map(({ key }) => key as string);
  for (const { where, language, file, code } of pages.flatMap(({ blocks }) => blocks)) {
    if (language !== 'json') continue;
    const value = JSON.parse(code) as object;
    if (file === 'tickbase.json') expect(known, where).toEqual(expect.arrayContaining(Object.keys(value)));
  }
});

test('every page of the guide and the reference is in the list of docs/README.md', () => {
  const list = pages.find(({ path }) => path === 'docs/README.md')!.text;
  const listed = pages.map(({ path }) => path).filter((path) => /^docs\/(guide|reference)\//.test(path));
  expect(listed.filter((path) => !list.includes(`(${path.slice('docs/'.length)})`))).toEqual([]);
});

test('error codes in the guide are codes that there are', () => {
  const known = new Set<string>(Object.values(ERROR_TABLE).flatMap((codes) => codes.map(({ code }) => code)));
  for (const { path, text } of pages) {
    if (!/^docs\/(guide|GOTCHAS)/.test(path)) continue;
    const named = Array.from(text.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g), ([, code]) => code!);
    expect(
      named.filter((code) => !known.has(code) && !code.startsWith('TICKBASE_')),
      path,
    ).toEqual([]);
  }
});

test('links within the documentation lead somewhere', () => {
  expect(pages.flatMap(({ path, text }) => brokenLinks(path, text).map((link) => `${path}: ${link}`))).toEqual([]);
});

describe('what a page prints is what its programs say', () => {
  const walked = pages.filter(isWalked);

  test('the README and the first world are among the pages that are run', () => {
    const paths = walked.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['README.md', 'docs/guide/first-world.md']));
  });

  test.concurrent.each(walked.map((page) => [page.path, page] as const))(
    '%s',
    async (path, page) => {
      await walkPage(page, join(folder, 'walks', path.replaceAll(/[/.]/g, '-')));
    },
    WALK_MS_MAX,
  );
});

describe('a mistake in the documentation is found', () => {
  test('by the fence', () => {
    expect(() => blocksOf('a.md', '```ts flie=a.ts\n```\n')).toThrow(
      'a.md:1: a code block knows file= and from=, not flie',
    );
    expect(() => blocksOf('a.md', 'text\n```sh\nnpm ci\n')).toThrow('a.md:2: the code block is never closed');
  });

  test.each([
    ['npm run bnech', 'no script bnech'],
    ['npm start -- --bost 3', 'no --bost'],
    ['npx tickbase strat', 'no command strat'],
    ['npx tickbase start --module-pat x', 'no --module-pat'],
    ['npx tickbase generate --out x', 'no --out'],
    ['curl http://127.0.0.1:3000/v1/helth', 'nothing at /v1/helth'],
    ['yarn install', 'yarn is not known'],
  ])('in the command %s', async (command, problem) => {
    expect(await commandProblem(command)).toContain(problem);
  });

  test('in a link', () => {
    const text = '[a](guide/nowhere.md) [b](README.md#nothing) [c](https://example.org) [d](ARCHITECTURE.md#words)';
    expect(brokenLinks('docs/README.md', text)).toEqual(['guide/nowhere.md', 'README.md#nothing']);
  });

  test.each([
    ['in what a program prints', 'console.log("one");', 'a.md:7: it ended without saying /two/'],
    ['in a program', 'throw new Error("broken");', 'Error: broken'],
  ])('%s', async (_title, code, problem) => {
    const text = `\`\`\`ts file=a/main.ts\n${code}\n\`\`\`\n\`\`\`sh\nnpx tsx a/main.ts\n\`\`\`\n\`\`\`\ntwo\n\`\`\`\n`;
    const page = { path: 'a.md', text, blocks: blocksOf('a.md', text), modulePage: null };
    await expect(walkPage(page, join(folder, 'walks', 'wrong'))).rejects.toThrow(problem);
  });

  test('in a command that fails', async () => {
    const text = '```sh\nnpx tickbase generate --lang klingon --module-path a --out-dir b\n```\n';
    const page = { path: 'a.md', text, blocks: blocksOf('a.md', text), modulePage: null };
    await expect(walkPage(page, join(folder, 'walks', 'wrong'))).rejects.toThrow('GENERATE_LANGUAGE_UNKNOWN');
  });
});
