import { createContext, runInContext } from 'node:vm';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

test('the protocol runs where there is nothing but the language', async () => {
  const bundle = await build({
    stdin: {
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
      loader: 'ts',
      contents: `
        import { ByteReader, ByteWriter } from '@tickbase/base';
        import { compileCodec, decodeClientMessage, encodeClientMessage, hashWireSchema } from './index.ts';
        const type = { kind: 'array', of: { kind: 'string' } } as const;
        const writer = new ByteWriter();
        compileCodec(type).encode(writer, ['Zoë 😀', '']);
        const back = compileCodec(type).decode(new ByteReader(writer.view()));
        writer.reset();
        encodeClientMessage(writer, { receiptTick: 4, items: [{ kind: 'query', requestId: 2, query: 'é' }] });
        (globalThis as any).result = JSON.stringify({
          back, message: decodeClientMessage(writer.copy()), hash: hashWireSchema({ tables: [], reducers: [] }),
        });
      `,
    },
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2023',
    conditions: ['tickbase-source'],
  });
  const text = bundle.outputFiles[0]!.text;
  expect(text).not.toMatch(/new Function|\beval\(/);
  const context = createContext(Object.create(null) as object, { codeGeneration: { strings: false, wasm: false } });
  runInContext(text, context);
  expect(JSON.parse(runInContext('result', context) as string)).toEqual({
    back: ['Zoë 😀', ''],
    message: { receiptTick: 4, items: [{ kind: 'query', requestId: 2, query: 'é' }] },
    hash: '08328807b4eb6fed',
  });
});
