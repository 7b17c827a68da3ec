export { generateTypescript, type GenerateOptions } from './typescript/generate-typescript.ts';
export { runGenerate } from './run-generate.ts';
