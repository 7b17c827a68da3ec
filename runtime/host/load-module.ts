import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isNativeError } from 'node:util/types';
import { TickbaseError } from '@tickbase/base';
import type { Plan } from '@tickbase/schema/plan';
import type { World } from '../transactions/world.ts';
import { BUNDLE_NAME, bundleModule } from './bundle-module.ts';
import type { OpenedModule } from './inside/open-module.ts';
import { ModuleContext } from './module-context.ts';
import { moduleFailure } from './module-failure.ts';
import { ModuleSourceMap } from './module-source-map.ts';

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
      context,
      createWorld: (plan, identity, slotRestTicks) => opened.createWorld(JSON.stringify(plan), identity, slotRestTicks),
    };
  } catch (error) {
    if (isTimeout(error)) throw endlessLoad(path, loadMsMax);
    throw moduleFailure(error, sourceMap, path);
  }
}

/** Defining tables and functions takes some milliseconds; ten seconds leave room for a module that computes tables of its own. */
const LOAD_MS_MAX = 10_000;

/** V8 makes this error in the context that it stopped, so its class is another than ours. */
function isTimeout(error: unknown): boolean {
  return (
    isNativeError(error) && Object.getOwnPropertyDescriptor(error, 'code')?.value === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}

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
  readonly context: ModuleContext;
  /** `plan`: the module's, with the ids of the data folder. `identity`: the sender of scheduled calls. Once. */
  readonly createWorld: (plan: Plan, identity: bigint, slotRestTicks: number) => World;
}

const inside = (name: string): string => {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return JSON.stringify(fileURLToPath(new URL(`./inside/${name}.${extension}`, import.meta.url)));
};

/** The walls stand before anything else of the module runs. */
const ENTRY_HEAD = `import ${inside('walls')};\nimport { openModule } from ${inside('open-module')};`;
const ENTRY_TAIL = 'export const opened = openModule(gameModule);';
