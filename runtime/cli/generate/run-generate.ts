import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TickbaseError } from '@tickbase/base';
import type { Plan } from '@tickbase/schema/plan';
import { GENERATE_HELP } from './generate-help.ts';
import { type GenerateArguments, parseGenerateArguments } from './parse-generate-arguments.ts';
import { generateTypescript } from './typescript/generate-typescript.ts';
import { watchFolder } from './watch-folder.ts';
import { writeGenerated } from './write-generated.ts';

/**
 * `tickbase generate`: the exit code, after everything was said on standard output and error. `argv`: what follows `generate`. `until`: ends
 * --watch; left out, SIGINT and SIGTERM do.
 */
export async function runGenerate(
  argv: readonly string[],
  loadPlan: LoadPlan = loadPlanOfModule,
  until?: AbortSignal,
): Promise<number> {
  try {
    const options = parseGenerateArguments(argv);
    if (options === null) {
      process.stdout.write(GENERATE_HELP);
      return 0;
    }
    if (!options.watches) return await generate(options, loadPlan);
    return await generateAndWatch(options, loadPlan, until ?? untilStopped());
  } catch (error) {
    return tellError(error);
  }
}

/** Reads a module's folder. */
export type LoadPlan = (modulePath: string) => Promise<Plan>;

async function generate(options: GenerateArguments, loadPlan: LoadPlan): Promise<number> {
  try {
    const plan = await loadPlan(resolve(options.modulePath));
    const outDir = resolve(options.outDir);
    const report = await writeGenerated(outDir, generateTypescript(plan, options));
    const { writtenCount, unchangedCount, removedCount } = report;
    process.stdout.write(`${outDir}: ${writtenCount} written, ${unchangedCount} unchanged, ${removedCount} removed\n`);
    return 0;
  } catch (error) {
    return tellError(error);
  }
}

/** A module with a mistake in it leaves the bindings as they are until the mistake is mended. */
async function generateAndWatch(options: GenerateArguments, loadPlan: LoadPlan, until: AbortSignal): Promise<number> {
  const sources = join(resolve(options.modulePath), 'src');
  // Where there is nothing to watch there is no module either, and the one run says so.
  if (!existsSync(sources)) return await generate(options, loadPlan);
  // Watched from before the first run on, so that no change falls between the two.
  const watching = watchFolder(sources, () => generate(options, loadPlan), until);
  await Promise.race([generate(options, loadPlan), watching]);
  process.stdout.write(`watching ${sources}; Ctrl-C ends it\n`);
  await watching;
  return 0;
}

function untilStopped(): AbortSignal {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort());
  return stop.signal;
}

function tellError(error: unknown): number {
  if (!(error instanceof TickbaseError)) throw error;
  process.stderr.write(`${error.toString()}\n`);
  return error.code === 'GENERATE_USAGE' || error.code === 'GENERATE_LANGUAGE_UNKNOWN' ? 2 : 1;
}

async function loadPlanOfModule(modulePath: string): Promise<Plan> {
  // Loaded when it is needed: it brings the bundler along.
  const { loadModule } = await import('../../host/index.ts');
  return (await loadModule(modulePath)).plan;
}
