import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { PlantedFault } from './planted-faults.ts';
import type { simulateWorld } from './simulate-world.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The walk over a product with one fault in it. `folder`: for the bundle. Throws unless the fault's text is there exactly once. */
export async function simulationWithFault(fault: PlantedFault, folder: string): Promise<typeof simulateWorld> {
  const faultyFile = join(ROOT, fault.file);
  const source = await readFile(faultyFile, 'utf8');
  const count = source.split(fault.text).length - 1;
  if (count !== 1)
    throw new Error(`${fault.file} has “${fault.text}” ${count} times: the planted fault needs a new text`);
  const contents = source.replace(fault.text, () => fault.instead);
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'simulate-world.ts')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['tickbase-source'],
    write: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'planted-fault',
        setup: ({ onLoad }) => {
          onLoad({ filter: /\.ts$/ }, ({ path }) => (path === faultyFile ? { contents, loader: 'ts' } : null));
        },
      },
    ],
  });
  const file = join(folder, `${fault.what.replaceAll(/\W+/g, '-')}.mjs`);
  await writeFile(file, outputFiles[0]!.contents);
  const bundle = (await import(pathToFileURL(file).href)) as { simulateWorld: typeof simulateWorld };
  await rm(file);
  return bundle.simulateWorld;
}
