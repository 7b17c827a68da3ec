import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plan } from '@tickbase/schema/plan';
import { generateTypescript } from '../../runtime/cli/generate/index.ts';
import { type DocPage, readDocPage } from './doc-page.ts';

/** The files that a page's reader has made so far. */
export class DocFiles {
  readonly #codeByName = new Map<string, string>();

  /** Those of a page at its end. */
  static atEndOf(page: DocPage): DocFiles {
    const files = DocFiles.atBeginOf(page);
    for (const { file, code } of page.blocks) if (file !== null) files.add(file, code);
    return files;
  }

  /** None; or the module of the page with which this one goes on. */
  static atBeginOf(page: DocPage): DocFiles {
    const files = new DocFiles();
    if (page.modulePage === null) return files;
    const before = DocFiles.atEndOf(readDocPage(join(dirname(page.path), page.modulePage)));
    for (const [name, code] of before.#codeByName) if (/\/src\/[^/]+\.ts$/.test(name)) files.add(name, code);
    return files;
  }

  /** Code for a file that is there already goes to its end. */
  add(name: string, code: string): void {
    const before = this.#codeByName.get(name);
    this.#codeByName.set(name, before === undefined ? code : `${before}\n${code}`);
  }

  /** The folder of the module: `my-world` for `my-world/src/index.ts`; null: there is none. */
  get moduleFolder(): string | null {
    const entries = [...this.#codeByName.keys()].filter((name) => name.endsWith('/src/index.ts'));
    if (entries.length > 1) throw new Error(`a page has one module, not ${entries.join(' and ')}`);
    return entries[0]?.slice(0, -'/src/index.ts'.length) ?? null;
  }

  /** `port` stands where the page has the default one. */
  writeTo(folder: string, port = DEFAULT_PORT): void {
    for (const [name, code] of this.#codeByName)
      write(join(folder, name), code.replaceAll(`:${DEFAULT_PORT}`, `:${port}`));
  }

  /** Writes the bindings of a module beside each file that imports them. */
  writeBindingsTo(folder: string, plan: Plan): void {
    const bindings = generateTypescript(plan, { includesPrivate: false, importExtension: 'js' });
    const homes = [...this.#codeByName].filter(([, code]) => code.includes("'./module_bindings/"));
    for (const home of new Set(homes.map(([name]) => dirname(name)))) {
      for (const [name, text] of bindings) write(join(folder, home, 'module_bindings', name), text);
    }
  }
}

const DEFAULT_PORT = 3000;

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
