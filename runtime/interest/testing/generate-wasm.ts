import { readFileSync } from 'node:fs';
import wabt from 'wabt';

/** The text of copy-pages-wasm.ts, from copy-pages.wat. */
export async function generateWasm(interestFolder: string): Promise<string> {
  const name = 'copy-pages.wat';
  const features = { simd: true };
  const module = (await wabt()).parseWat(name, readFileSync(`${interestFolder}${name}`, 'utf8'), features);
  module.resolveNames();
  module.validate();
  const bytes = Buffer.from(module.toBinary({}).buffer);
  module.destroy();
  return `/** The bytes of ${name}, in base64. Written by \`npm run generate:wasm\`. */
export const COPY_PAGES_WASM =
  '${bytes.toString('base64')}';
`;
}
