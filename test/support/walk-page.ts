import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { serverLog, startServer } from '@tickbase/runtime';
import { commandsOf } from './command-problem.ts';
import { DocFiles } from './doc-files.ts';
import type { DocBlock, DocPage } from './doc-page.ts';
import { DocProgram } from './doc-program.ts';

const root = join(import.meta.dirname, '../..');
const tickbase = join(root, 'runtime/bin/tickbase.js');

/** Whether a page has something to run: a program with its output. */
export function isWalked(page: DocPage): boolean {
  return page.blocks.some((block) => block.from !== null || /^npx (tickbase start|tsx)/m.test(block.code));
}

/**
 * Does what a page tells its reader to do, block by block, in a folder of its own: writes the files, runs the commands, and waits for
 * the output that the page shows. The port alone is another one. Throws at the first block that is not as printed.
 */
export async function walkPage(page: DocPage, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const walk = new DocWalk(page, folder);
  try {
    for (const block of page.blocks) await walk.take(block);
  } finally {
    await walk.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

class DocWalk {
  readonly #folder: string;
  readonly #files: DocFiles;
  readonly #running: Running[] = [];
  /** The program that was started last. */
  #last: DocProgram | null = null;
  #port = 3000;

  constructor(page: DocPage, folder: string) {
    this.#folder = folder;
    this.#files = DocFiles.atBeginOf(page);
  }

  async take(block: DocBlock): Promise<void> {
    const { file, from, language, code } = block;
    try {
      if (file !== null) this.#files.add(file, code);
      else if (from !== null) await this.#watchClient(from, code);
      else if (language === 'sh') for (const command of commandsOf(code)) await this.#run(command);
      else if (language === '') await this.#last?.says(code);
    } catch (error) {
      const errors = this.#running
        .flatMap(({ lines }) => lines.filter((line) => /"level":[56]0/.test(line)))
        .join('\n');
      throw new Error(`${block.where}: ${error instanceof Error ? error.message : String(error)}\n${errors}`, {
        cause: error,
      });
    }
  }

  async end(): Promise<void> {
    for (const program of this.#running.splice(0).toReversed()) await program.stop();
  }

  async #run(command: string): Promise<void> {
    const [npx, program = '', ...args] = command.split(/ +/);
    if (npx === 'curl' && this.#running.length > 0) await this.#fetch(program);
    if (npx !== 'npx') return;
    this.#write();
    if (program === 'tickbase' && args[0] === 'start') await this.#start(args);
    else if (program === 'tickbase') await this.#open([tickbase, ...args]).ended();
    else if (program === 'tsx') {
      const file = args.at(-1)!;
      this.#keep(this.#open([...args.slice(0, -1), '--import', 'tsx', file]));
    } else if (program === 'esbuild') await this.#open([join(root, 'node_modules/.bin/esbuild'), ...args]).ended();
  }

  async #fetch(url: string): Promise<void> {
    const answer = await fetch(url.replace(':3000', `:${this.#port}`)).catch(() => null);
    if (answer?.status !== 200) throw new Error(`${url} does not answer with 200: ${this.#last?.lines.join('\n')}`);
  }

  /** The reader has stopped what ran before. */
  async #start(args: readonly string[]): Promise<void> {
    await this.end();
    const server = this.#keep(this.#open([tickbase, ...args, '--port', '0']));
    // A page may also show how a start fails.
    const said = await server.line(/listening at http:\/\/127\.0\.0\.1:(\d+)|^ +mend: /);
    if (said[1] !== undefined) this.#port = Number(said[1]);
    server.rewind();
  }

  /** Runs a client of the page against its module, until it has printed what the page shows. */
  async #watchClient(file: string, output: string): Promise<void> {
    const module = this.#files.moduleFolder;
    if (module === null) throw new Error('the page has no module');
    await this.end();
    this.#write();
    const lines: string[] = [];
    const log = serverLog({ isForPeople: false, write: (line) => void lines.push(line) });
    const server = await startServer({ modulePath: join(this.#folder, module), port: 0, log });
    this.#keep({ stop: () => server.stop('the page is done'), lines });
    this.#port = server.port;
    this.#write();
    this.#files.writeBindingsTo(this.#folder, server.plan);
    await this.#keep(this.#open(['--conditions=tickbase-source', '--import', 'tsx', file])).says(output);
  }

  #write(): void {
    this.#files.writeTo(this.#folder, this.#port);
  }

  #open(args: readonly string[]): DocProgram {
    this.#last = new DocProgram(args, this.#folder);
    return this.#last;
  }

  #keep<R extends Running>(running: R): R {
    this.#running.push(running);
    return running;
  }
}

interface Running {
  /** What it has said. */
  readonly lines: readonly string[];
  stop(): Promise<void>;
}
