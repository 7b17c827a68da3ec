import { parseArgs } from 'node:util';

export const USAGE = 'npm start -- [--port N] [--bots N]';

export interface Flags {
  /** 0 takes a free one. */
  readonly port: number;
  readonly isPortGiven: boolean;
  readonly bots: number;
}

const DEFAULT_PORT = 3000;
const DEFAULT_BOTS = 24;
const BOTS_MAX = 500;

/** Throws an Error whose message says what is wrong and what would be right. */
export function parseFlags(argv: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...argv],
    options: { port: { type: 'string' }, bots: { type: 'string' } },
  });
  return {
    port: whole('--port', values.port, DEFAULT_PORT, 65_535),
    isPortGiven: values.port !== undefined,
    bots: whole('--bots', values.bots, DEFAULT_BOTS, BOTS_MAX),
  };
}

function whole(flag: string, text: string | undefined, preset: number, max: number): number {
  if (text === undefined) return preset;
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new Error(`${flag} takes a whole number from 0 to ${max}, not '${text}'`);
}
