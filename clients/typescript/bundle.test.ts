import { brotliCompressSync, constants } from 'node:zlib';
import { build, type BuildOptions } from 'esbuild';
import { expect, test } from 'vitest';

/** What the reference allows its minimal client: for all that a page may load, as one file. */
const BROTLI_BYTES_MAX = 30_000;
/** Without what is loaded when it is used: renewals of tokens, requests beside the socket. */
const FIRST_BROTLI_BYTES_MAX = 29_600;

/** What generated code takes from the client. */
const ENTRY = `
  import { DbConnectionBase, DbConnectionBuilder, makeTables } from './index.ts';
  const module = { tables: [], reducers: [] };
  class DbConnection extends DbConnectionBase {}
  globalThis.connect = () =>
    new DbConnectionBuilder({ module, tables: makeTables([]), make: (setup) => new DbConnection(setup) });
`;

const OPTIONS = {
  stdin: {
    contents: ENTRY,
    resolveDir: import.meta.dirname,
    loader: 'ts',
  },
  bundle: true,
  minify: true,
  write: false,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  conditions: ['tickbase-source'],
  metafile: true,
} as const satisfies BuildOptions;

function brotliLength(bytes: Uint8Array): number {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
}

test('the client bundles for a browser without anything of Node, and is small', async () => {
  const result = await build(OPTIONS);
  const [output] = result.outputFiles;
  const length = brotliLength(output!.contents);
  const inputs = Object.keys(result.metafile.inputs);
  expect(inputs.filter((input) => input.startsWith('node:'))).toEqual([]);
  expect(inputs.filter((input) => input.includes('node_modules'))).toEqual([]);
  expect(length).toBeLessThan(BROTLI_BYTES_MAX);
  process.stdout.write(`client bundle: ${output!.contents.length} bytes minified, ${length} with brotli\n`);
  if (process.env['TICKBASE_SHOW_BUNDLE'] === '1') {
    const parts = Object.entries(Object.values(result.metafile.outputs)[0]!.inputs);
    parts.sort((a, b) => b[1].bytesInOutput - a[1].bytesInOutput);
    process.stdout.write(
      parts
        .slice(0, 40)
        .map(([file, part]) => `${part.bytesInOutput} ${file}\n`)
        .join(''),
    );
  }
});

test('what most pages never use is loaded when it is used, where the bundler cuts a program into chunks', async () => {
  const { outputFiles, metafile } = await build({ ...OPTIONS, splitting: true, outdir: 'out' });
  const outputs = Object.values(metafile.outputs);
  const first = outputs.findIndex(({ entryPoint }) => entryPoint !== undefined);
  expect(outputs[first]!.imports.map(({ kind }) => kind)).toEqual(['dynamic-import', 'dynamic-import']);
  // A chunk that shares something with the first would take it out, into a third one.
  expect(outputs).toHaveLength(3);
  const length = brotliLength(outputFiles[first]!.contents);
  expect(length).toBeLessThan(FIRST_BROTLI_BYTES_MAX);
  process.stdout.write(
    `client bundle, first load: ${outputFiles[first]!.contents.length} minified, ${length} with brotli\n`,
  );
});
