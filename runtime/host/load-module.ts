import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TickbaseError } from '@tickbase/base';
import type { Plan } from '@tickbase/schema/plan';
import { type WorldCode, worldCode } from '../transactions/index.ts';
import type { World } from '../transactions/world.ts';
import { BUNDLE_NAME, bundleModule } from './bundle-module.ts';
import { definitionPlace } from './definition-place.ts';
import type { OpenedModule } from './inside/open-module.ts';
import { isTimeout } from './is-timeout.ts';
import { ModuleContext } from './module-context.ts';
import { moduleFailure } from './module-failure.ts';
import { ModuleSourceMap } from './module-source-map.ts';
import { tuneEngine } from './tune-engine.ts';

/**
 * Bundles a module, evaluates it in a context of its own and derives its plan. Every failure is a TickbaseError that names
 * the author's file and line: MODULE_NOT_FOUND, MODULE_BUILD_FAILED, MODULE_IMPORT_REFUSED, MODULE_LOAD_FAILED, MODULE_LOAD_ENDLESS (its top
 * level ran longer than `loadMsMax`), or a code of the schema.
 */
export async function loadModule(modulePath: string, loadMsMax = LOAD_MS_MAX): Promise<LoadedModule> {
  const path = resolve(modulePath);
  const bundle = await bundleModule(path, ENTRY_HEAD, ENTRY_TAIL);
  const sourceMap = new ModuleSourceMap(bundle.map, path, bundle.path);
  const context = new ModuleContext(basename(path));
  try {
    const { opened } = context.run(bundle.code, BUNDLE_NAME, loadMsMax) as { opened: OpenedModule };
    return {
      path,
      plan: JSON.parse(opened.planJson) as Plan,
      sourceMap,
      changedBuiltin: () => opened.changedBuiltin(),
      placeOf: (name) => definitionPlace(bundle.code, sourceMap, name),
      context,
      createWorld(plan, identity, slotRestTicks) {
        tuneEngine();
        const code = context.run(worldCode(plan), CODE_NAME, loadMsMax) as WorldCode;
        return opened.createWorld(JSON.stringify(plan), code, identity, slotRestTicks);
      },
    };
  } catch (error) {
    if (isTimeout(error)) throw endlessLoad(path, loadMsMax);
    throw moduleFailure(error, sourceMap, path);
  }
}

/** The file name in stacks of what is compiled for the plan. */
const CODE_NAME = 'tickbase-world.js';

/** Defining tables and functions takes some milliseconds; ten seconds leave room for a module that computes tables of its own. */
const LOAD_MS_MAX = 10_000;

function endlessLoad(path: string, loadMsMax: number): TickbaseError {
  return new TickbaseError({
    code: 'MODULE_LOAD_ENDLESS',
    what: `the top level of the module did not end within ${loadMsMax} ms`,
    where: path,
    mend: 'leave only definitions at the top level; fill tables in init',
  });
}

export interface LoadedModule {
  readonly path: string;
  /** With ids as of a new database; a data folder may have given others. */
  readonly plan: Plan;
  readonly sourceMap: ModuleSourceMap;
  /** What the module has overwritten of the language, by name (`Array.prototype.push`); null: nothing. */
  readonly changedBuiltin: () => string | null;
  /** Where the author defined the function of this name; null: not found. */
  readonly placeOf: (name: string) => string | null;
  readonly context: ModuleContext;
  /** `plan`: the module's, with the ids of the data folder. `identity`: the sender of scheduled calls. Once. */
  readonly createWorld: (plan: Plan, identity: bigint, slotRestTicks: number) => World;
}

const inside = (name: string): string => {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return JSON.stringify(fileURLToPath(new URL(`./inside/${name}.${extension}`, import.meta.url)));
};

/** The walls stand before anything else of the module runs. */
const ENTRY_HEAD = `import ${inside('walls')};\nimport ${inside('builtins')};\nimport { openModule } from ${inside('open-module')};`;
const ENTRY_TAIL = 'export const opened = openModule(gameModule);';
