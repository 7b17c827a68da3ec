import { builtinModules } from 'node:module';
import type { PartialMessage, Plugin } from 'esbuild';

/**
 * What a module may import: its own files, packages that need nothing of Node, and `@tickbase/schema`, which is always
 * the runtime's own copy, wherever another one is installed.
 */
export function moduleImports(moduleFolder: string, runtimeFolder: string): Plugin {
  return {
    name: 'tickbase-module-imports',
    setup(build) {
      build.onResolve({ filter: /^@tickbase\// }, (args) => {
        if (args.pluginData === ASKED) return null;
        return build.resolve(args.path, { kind: args.kind, resolveDir: runtimeFolder, pluginData: ASKED });
      });
      build.onResolve({ filter: BUILT_IN }, async (args) => {
        if (args.pluginData === ASKED) return null;
        if (!args.path.startsWith('node:')) {
          // A package of the same name, made for other environments, is as good as any.
          const { path, errors } = await build.resolve(args.path, {
            kind: args.kind,
            resolveDir: args.resolveDir,
            pluginData: ASKED,
          });
          if (errors.length === 0) return { path };
        }
        return { errors: [refused(args.path, args.importer.replace(`${moduleFolder}/`, ''))] };
      });
    },
  };
}

/** `detail` of the error for a refused import. */
export const REFUSED_IMPORT = 'tickbase: refused import';

const ASKED = { isAsked: true };
const BUILT_IN = new RegExp(`^(node:.*|(${builtinModules.filter((name) => !name.startsWith('_')).join('|')}))$`);

function refused(path: string, importer: string): PartialMessage {
  return { text: `${importer} imports ${JSON.stringify(path)}, which is a part of Node`, detail: REFUSED_IMPORT };
}
