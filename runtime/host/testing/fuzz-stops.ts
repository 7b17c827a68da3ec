import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Prng } from '@tickbase/base';
import { build, transformSync } from 'esbuild';
import type { WorldCode } from '../../transactions/index.ts';
import { ModuleContext } from '../module-context.ts';
import type { StopsWalk } from './stops-walk.ts';
import { withStopHooks } from './stop-hooks.ts';

export interface StopsFuzzOptions {
  readonly seed: number;
  /** How many stops, or how long to go on by `now` (milliseconds). */
  readonly stops?: number;
  readonly seconds?: number;
  readonly now?: () => number;
}

/**
 * Random worlds whose transactions V8 stops, each at a random place of the store's or the transactions' code, beside a naive model. Two kinds
 * of stops take turns: at the n-th function or loop that runs (a hook there waits for V8), and after a random time, wherever it hits, in
 * code without hooks. Throws at the first difference.
 */
export async function fuzzStops(options: StopsFuzzOptions): Promise<StopsFuzzResult> {
  const sites: string[] = [];
  const hooked = await bundle((text) => sites.push(text) - 1);
  const plain = await bundle(null);
  const seeds = new Prng(options.seed);
  const endMs = options.seconds === undefined ? Infinity : options.now!() + options.seconds * 1000;
  const result = {
    cases: 0,
    transactions: 0,
    atPlaces: 0,
    byTime: 0,
    sites: new Map<string, number>(),
    events: new Map<string, number>(),
  };
  const isOver = (): boolean =>
    result.atPlaces + result.byTime >= (options.stops ?? Infinity) || (endMs !== Infinity && options.now!() >= endMs);
  while (!isOver()) {
    const isHooked = result.cases % 3 < 2; // fewer of its transactions come to their stop
    const seed = seeds.u32();
    try {
      runCase(isHooked ? hooked : plain, isHooked ? sites : null, seed, result);
    } catch (error) {
      const how = isHooked ? 'stopped at places' : 'stopped by time';
      throw new Error(`case ${result.cases} (seed ${seed}, ${how}) failed: ${(error as Error).message}`, {
        cause: error,
      });
    }
    result.cases++;
  }
  return result;
}

export interface StopsFuzzResult {
  readonly cases: number;
  readonly transactions: number;
  /** Stops that V8 made in a hook, and those that it made anywhere. */
  readonly atPlaces: number;
  readonly byTime: number;
  /** How many stops each function or loop had. */
  readonly sites: ReadonlyMap<string, number>;
  readonly events: ReadonlyMap<string, number>;
}

type Counts = { -readonly [K in keyof StopsFuzzResult]: StopsFuzzResult[K] } & {
  sites: Map<string, number>;
  events: Map<string, number>;
};

/** Some transactions of one world. `sites`: the texts of the hooks' places; null: the code has none. */
function runCase(code: string, sites: readonly string[] | null, seed: number, counts: Counts): void {
  const context = new ModuleContext('stops');
  const { StopsWalk, hooks } = context.run(code, 'tickbase-stops.js', 60_000) as Inside;
  const walk = new StopsWalk(seed);
  walk.open(context.run(sites === null ? walk.codeText : hookedText(walk.codeText), 'world.js', 60_000) as WorldCode);
  const prng = new Prng(seed);
  for (let i = 0; i < TRANSACTIONS; i++) {
    const isMeant = prng.int(0, 9) < 8;
    walk.prepare(prng.u32(), isMeant && sites === null);
    const limitMs = isMeant ? prng.int(1, 3) : 60_000;
    if (isMeant && sites !== null) {
      // At the n-th of all hooks, few as often as many: a transaction passes some ten to some thousands. Or at a site that is rarely passed.
      hooks.wanted = hooks.met.size === 0 || prng.int(0, 1) === 0 ? -1 : prng.pick([...hooks.met]);
      hooks.left = hooks.wanted === -1 ? Math.floor(10 ** (0.5 + 2.4 * prng.float())) : prng.int(0, 2);
    }
    const isWhole = context.enter(() => walk.run(), limitMs);
    hooks.left = Infinity;
    try {
      walk.settle(!isWhole);
    } catch (error) {
      const where = isWhole
        ? 'not stopped'
        : hooks.site === -1
          ? 'stopped by time'
          : `stopped in ${sites?.[hooks.site]}`;
      throw new Error(`transaction ${i}, ${where}: ${(error as Error).message}`, { cause: error });
    }
    counts.transactions++;
    if (isWhole) continue;
    if (hooks.site === -1) counts.byTime++;
    else {
      counts.atPlaces++;
      count(counts.sites, sites?.[hooks.site] ?? 'code of the plan');
    }
    hooks.site = -1;
  }
  walk.end();
  for (const [event, times] of walk.coverage.counts) count(counts.events, event, times);
}

interface Inside {
  readonly StopsWalk: new (seed: number) => StopsWalk;
  readonly hooks: {
    /** Hooks that may still pass before one waits for V8. */
    left: number;
    /** The only site that counts; -1: all of them do. */
    wanted: number;
    /** Sites that were passed by transactions which were not to be stopped. */
    readonly met: ReadonlySet<number>;
    /** The one that waited; -1: none. */
    site: number;
  };
}

/** Enough for slots to be used again, few enough for the model, which looks at all rows for each question. */
const TRANSACTIONS = 40;

/** The walk and the world as one script. `noteSite`: hooks go into the store and the transactions; null: none. */
async function bundle(noteSite: ((text: string) => number) | null): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: "export { StopsWalk } from './stops-walk.ts'; export const hooks = globalThis.stopHooks;",
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
      loader: 'js',
    },
    banner: { js: `(() => {\n${HOOK}` },
    footer: { js: 'return exported; })();' },
    globalName: 'exported',
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'neutral',
    target: 'es2023',
    conditions: ['tickbase-source'],
    plugins: [
      {
        name: 'stop-hooks',
        setup({ onLoad }) {
          onLoad({ filter: HOOKED }, ({ path }) => {
            const { code } = transformSync(readFileSync(path, 'utf8'), { loader: 'ts', target: 'es2023' });
            const file = path.split('/').at(-1)!;
            return {
              contents: noteSite === null ? code : withStopHooks(code, (text) => noteSite(`${file} ${text}`)),
              loader: 'js',
            };
          });
        },
      },
    ],
  });
  return outputFiles[0]!.text;
}

/** Code of the plan has one site: what is in it depends on the plan. */
function hookedText(text: string): string {
  const { code } = transformSync(text, { loader: 'js', target: 'es2023' });
  return withStopHooks(code, () => CODE_SITE);
}

const CODE_SITE = 1e9;
const HOOKED = /runtime[/\\](store|transactions)[/\\][a-z-]+\.ts$/;

const HOOK = `
const stopHooks = { left: Infinity, wanted: -1, site: -1, met: new Set() };
globalThis.stopHooks = stopHooks;
globalThis.stopHere = (site) => {
  if (stopHooks.left === Infinity) {
    stopHooks.met.add(site);
    return;
  }
  if ((stopHooks.wanted !== -1 && stopHooks.wanted !== site) || --stopHooks.left >= 0) return;
  stopHooks.site = site;
  for (;;);
};
`;

function count(counts: Map<string, number>, what: string, times = 1): void {
  counts.set(what, (counts.get(what) ?? 0) + times);
}
