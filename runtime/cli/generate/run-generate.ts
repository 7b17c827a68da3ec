import { resolve } from 'node:path';
import { TickbaseError } from '@tickbase/base';
import type { Plan } from '@tickbase/schema/plan';
import { GENERATE_HELP } from './generate-help.ts';
import { parseGenerateArguments } from './parse-generate-arguments.ts';
import { generateTypescript } from './typescript/generate-typescript.ts';
import { writeGenerated } from './write-generated.ts';

/** `tickbase generate`: the exit code, after everything was said on standard output and error. `argv`: what follows `generate`. */
export async function runGenerate(argv: readonly string[], loadPlan: LoadPlan = loadPlanOfModule): Promise<number> {
  try {
    const options = parseGenerateArguments(argv);
    if (options === null) {
      process.stdout.write(GENERATE_HELP);
      return 0;
    }
    const plan = await loadPlan(resolve(options.modulePath));
    const outDir = resolve(options.outDir);
    const report = await writeGenerated(outDir, generateTypescript(plan, options));
    const { writtenCount, unchangedCount, removedCount } = report;
    process.stdout.write(`${outDir}: ${writtenCount} written, ${unchangedCount} unchanged, ${removedCount} removed\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof TickbaseError)) throw error;
    process.stderr.write(`${error.toString()}\n`);
    return 1;
  }
}

/** Reads a module's folder. */
export type LoadPlan = (modulePath: string) => Promise<Plan>;

async function loadPlanOfModule(modulePath: string): Promise<Plan> {
  // Loaded when it is needed: it brings the bundler along.
  const { loadModule } = await import('../../host/index.ts');
  return (await loadModule(modulePath)).plan;
}
