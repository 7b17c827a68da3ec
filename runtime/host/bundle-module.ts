import { existsSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TickbaseError } from '@tickbase/base';
import { build, type BuildFailure, type Message } from 'esbuild';
import { moduleImports, REFUSED_IMPORT } from './module-imports.ts';

/**
 * Bundles a module with what of the runtime goes into its context, as one script whose value is the entry's exports.
 * `head`: import lines of the entry that come before the module's own (as `gameModule`), `tail`: its exports.
 */
export async function bundleModule(modulePath: string, head: string, tail: string): Promise<ModuleBundle> {
  const folder = resolve(modulePath);
  const moduleFile = findEntry(folder);
  const entry = `${head}\nimport * as gameModule from ${JSON.stringify(moduleFile)};\n${tail}\n`;
  const bundlePath = join(folder, BUNDLE_NAME);
  try {
    const { outputFiles } = await build({
      stdin: {
        contents: entry,
        resolveDir: RUNTIME_FOLDER,
        sourcefile: join(RUNTIME_FOLDER, 'entry.js'),
        loader: 'js',
      },
      absWorkingDir: folder,
      outfile: bundlePath,
      write: false,
      bundle: true,
      format: 'iife',
      globalName: 'exported',
      // The bundle's variables stay its own: nothing but the language is global in the module's context.
      banner: { js: '(() => {' },
      footer: { js: 'return exported; })();' },
      platform: 'neutral',
      mainFields: ['module', 'main'],
      conditions: isSourceCheckout ? ['tickbase-source', 'import'] : ['import'],
      target: 'es2023',
      // An import at run time would be answered by the host, with objects of the host's own.
      supported: { 'dynamic-import': false },
      sourcemap: 'external',
      sourcesContent: false,
      logLevel: 'silent',
      plugins: [moduleImports(folder, RUNTIME_FOLDER)],
    });
    const [map, script] = outputFiles[0]!.path.endsWith('.map') ? outputFiles : outputFiles.toReversed();
    return { code: script!.text, map: map!.text, path: bundlePath };
  } catch (error) {
    throw isBuildFailure(error) ? buildError(error.errors[0]!, folder) : error;
  }
}

export interface ModuleBundle {
  readonly code: string;
  /** Source map, as JSON. Its sources are relative to `path`. */
  readonly map: string;
  /** Where the bundle would lie; no file is written. */
  readonly path: string;
}

/** The bundle's file name in stacks. */
export const BUNDLE_NAME = 'tickbase-module.js';

const isSourceCheckout = import.meta.url.endsWith('.ts');
/** The runtime package's folder, or its dist. */
const RUNTIME_FOLDER = fileURLToPath(new URL('..', import.meta.url));

function findEntry(folder: string): string {
  const entry = join(folder, 'src', 'index.ts');
  const exists = existsSync(folder);
  const hasFolder = exists && statSync(folder).isDirectory();
  if (hasFolder && existsSync(entry)) return entry;
  if (exists && !hasFolder) {
    throw new TickbaseError({
      code: 'MODULE_NOT_FOUND',
      what: 'this is a file',
      where: folder,
      mend: 'give its folder with --module-path: the one that holds src/index.ts, not src itself',
    });
  }
  throw new TickbaseError({
    code: 'MODULE_NOT_FOUND',
    what: hasFolder ? 'the folder has no src/index.ts' : 'there is no such folder',
    where: hasFolder ? entry : folder,
    mend: 'give the folder of a module with --module-path: it holds src/index.ts, which exports its schema as default',
  });
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors);
}

function buildError(message: Message, folder: string): TickbaseError {
  const { location } = message;
  const where = location === null ? folder : `${location.file}:${location.line}:${location.column + 1}`;
  if (message.detail === REFUSED_IMPORT) {
    return new TickbaseError({
      code: 'MODULE_IMPORT_REFUSED',
      what: message.text,
      where,
      mend: 'import packages that need nothing of Node; time and randomness are in ctx',
    });
  }
  return new TickbaseError({
    code: 'MODULE_BUILD_FAILED',
    what: message.text,
    where,
    mend: `mend the source; \`npx tsc --noEmit -p ${relative('', folder) || '.'}\` shows type errors once the module has a tsconfig.json`,
  });
}
