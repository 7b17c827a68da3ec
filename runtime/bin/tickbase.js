#!/usr/bin/env node
// The command `tickbase`. In a source checkout it runs the sources through tsx, elsewhere what was built.
import { existsSync } from 'node:fs';
import { register } from 'node:module';

const source = new URL('../cli/main.ts', import.meta.url);
if (existsSync(source)) {
  const { register: registerTsx } = await import('tsx/esm/api');
  registerTsx();
  register('./source-condition.js', import.meta.url);
  await import(source.href);
} else {
  await import(new URL('../dist/cli/main.js', import.meta.url).href);
}
