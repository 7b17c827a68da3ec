import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * A page of documentation and its code blocks. A block's fence says what it is:
 *   ```ts file=PATH      the file of that name; further blocks with the same name are added to its end
 *   ```tsx file=PATH     the same, ```html file=PATH and ```json file=PATH; JSON may also stand alone
 *   ```sql               queries on the page's module
 *   ```sh                commands, run from the folder that the page's files are in
 *   ```text from=PATH    what running that client prints
 *   ```                  output of the program that was started last, or a drawing; `…` stands for anything
 * `<!-- module: PAGE -->` says that a page goes on with the module of another one.
 */
export interface DocPage {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly DocBlock[];
  /** The page whose module this one goes on with; null: it has its own, or none. */
  readonly modulePage: string | null;
}

export interface DocBlock {
  /** `README.md:28`, for messages. */
  readonly where: string;
  readonly language: string;
  readonly file: string | null;
  readonly from: string | null;
  readonly code: string;
}

const root = join(import.meta.dirname, '../..');

/** Every page of the repository: those of docs/, and the READMEs and specifications beside the sources. */
export function docPages(): DocPage[] {
  return markdownFiles(root).map((path) => readDocPage(relative(root, path)));
}

/** Throws for a fence that is not closed, or says something unknown. */
export function readDocPage(path: string): DocPage {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, blocks: blocksOf(path, text), modulePage: /^<!-- module: (\S+) -->$/m.exec(text)?.[1] ?? null };
}

export function blocksOf(path: string, text: string): DocBlock[] {
  const blocks: DocBlock[] = [];
  let open: { where: string; info: string; lines: string[] } | null = null;
  text.split('\n').forEach((line, at) => {
    const fence = /^ *```(.*)$/.exec(line);
    if (fence === null) open?.lines.push(line);
    else if (open === null) open = { where: `${path}:${at + 1}`, info: fence[1]!, lines: [] };
    else {
      blocks.push(blockOf(open.where, open.info, open.lines));
      open = null;
    }
  });
  if (open !== null) throw new Error(`${(open as { where: string }).where}: the code block is never closed`);
  return blocks;
}

function blockOf(where: string, info: string, lines: readonly string[]): DocBlock {
  const [language = '', ...words] = info.trim().split(/ +/);
  const given = new Map(words.map((word) => word.split('=', 2) as [string, string]));
  for (const key of given.keys()) {
    if (key !== 'file' && key !== 'from') throw new Error(`${where}: a code block knows file= and from=, not ${key}`);
  }
  const code = `${lines.join('\n')}\n`;
  return { where, language, file: given.get('file') ?? null, from: given.get('from') ?? null, code };
}

function markdownFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && name !== 'dist' && !name.startsWith('.'))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return markdownFiles(path);
      return entry.name.endsWith('.md') ? [path] : [];
    })
    .sort();
}
