import { parseArgs } from 'node:util';
import { TickbaseError, unknownFlag } from '@tickbase/base';
import type { ImportExtension } from './typescript/generate-typescript.ts';

export interface GenerateArguments {
  readonly outDir: string;
  readonly modulePath: string;
  readonly includesPrivate: boolean;
  readonly importExtension: ImportExtension;
  /** Again after each change of the module's sources. */
  readonly watches: boolean;
}

/** Null: help was asked for. Throws GENERATE_USAGE or GENERATE_LANGUAGE_UNKNOWN. */
export function parseGenerateArguments(argv: readonly string[]): GenerateArguments | null {
  const values = parse(argv);
  if (values.help === true) return null;
  if (values.lang === undefined) throw usage('--lang is missing', '--lang');
  if (values.lang !== 'typescript') {
    throw new TickbaseError({
      code: 'GENERATE_LANGUAGE_UNKNOWN',
      what: `there is no generator for ${JSON.stringify(values.lang)}; there is one for typescript`,
      where: '--lang',
      mend: 'use --lang typescript',
    });
  }
  const outDir = values['out-dir'] ?? '';
  const modulePath = values['module-path'] ?? '';
  if (outDir === '') throw usage('--out-dir is missing', '--out-dir');
  if (modulePath === '') throw usage('--module-path is missing', '--module-path');
  const importExtension = values['import-extension'] ?? 'js';
  if (importExtension !== 'js' && importExtension !== 'ts' && importExtension !== 'none') {
    throw usage(`--import-extension is js, ts or none, not ${JSON.stringify(importExtension)}`, '--import-extension');
  }
  return {
    outDir,
    modulePath,
    includesPrivate: values['include-private'] === true,
    importExtension,
    watches: values.watch === true,
  };
}

const OPTIONS = {
  lang: { type: 'string' },
  'out-dir': { type: 'string' },
  'module-path': { type: 'string' },
  'include-private': { type: 'boolean' },
  'import-extension': { type: 'string' },
  watch: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

function parse(argv: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'] {
  const unknown = unknownFlag(argv, Object.keys(OPTIONS), SEE_HELP);
  if (unknown !== null) throw usage(`there is no flag ${unknown.flag}`, 'the command line', unknown.mend);
  try {
    return parseArgs({ args: [...argv], options: OPTIONS }).values;
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error), 'the command line');
  }
}

const SEE_HELP = 'see `tickbase generate --help`';

function usage(what: string, where: string, mend = SEE_HELP): TickbaseError {
  return new TickbaseError({ code: 'GENERATE_USAGE', what, where, mend });
}
