import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

/** What the reference allows its minimal client. */
const BROTLI_BYTES_MAX = 30_000;

/** What generated code takes from the client. */
const ENTRY = `
  import { DbConnectionBase, DbConnectionBuilder, makeTables } from './index.ts';
  const module = { tables: [], reducers: [] };
  class DbConnection extends DbConnectionBase {}
  globalThis.connect = () =>
    new DbConnectionBuilder({ module, tables: makeTables([]), make: (setup) => new DbConnection(setup) });
`;

test('the client bundles for a browser without anything of Node, and is small', async () => {
  const result = await build({
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
  });
  const [output] = result.outputFiles;
  const compressed = brotliCompressSync(output!.contents, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  const inputs = Object.keys(result.metafile.inputs);
  expect(inputs.filter((input) => input.startsWith('node:'))).toEqual([]);
  expect(inputs.filter((input) => input.includes('node_modules') && !input.includes('flatbuffers'))).toEqual([]);
  expect(compressed.length).toBeLessThan(BROTLI_BYTES_MAX);
  process.stdout.write(`client bundle: ${output!.contents.length} bytes minified, ${compressed.length} with brotli\n`);
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
