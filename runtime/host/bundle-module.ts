import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TickbaseError } from '@tickbase/base';
import { build, type BuildFailure, type Message } from 'esbuild';
import { findModule } from './find-module.ts';
import { moduleImports, REFUSED_IMPORT } from './module-imports.ts';

/**
 * Bundles a module with what of the runtime goes into its context, as one script whose value is the entry's exports.
 * `head`: import lines of the entry that come before the module's own (as `gameModule`), `tail`: its exports.
 */
export async function bundleModule(modulePath: string, head: string, tail: string): Promise<ModuleBundle> {
  const folder = resolve(modulePath);
  const moduleFile = findModule(folder);
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
