import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Bundles the page into a folder that can be served as it is. */
export async function buildPage(sourceDir: string, outDir: string): Promise<void> {
  await mkdir(outDir, { recursive: true });
  await build({
    entryPoints: [join(sourceDir, 'main.tsx'), join(sourceDir, 'style.css')],
    outdir: outDir,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    conditions: ['tickbase-source'],
    define: { 'process.env.NODE_ENV': '"production"' },
    minify: true,
    sourcemap: true,
    logLevel: 'error',
  });
  await copyFile(join(sourceDir, 'index.html'), join(outDir, 'index.html'));
}
