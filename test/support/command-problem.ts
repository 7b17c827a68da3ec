import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HELP } from '../../runtime/cli/help.ts';
import { commandNames, helpOf } from '../../scripts/reference-docs/help-of.ts';

const root = join(import.meta.dirname, '../..');

/** The commands of a `sh` block: one a line, or several joined by `&&`. Comments and `\` at the end of a line are taken off. */
export function commandsOf(code: string): string[] {
  const lines = code.replaceAll(/\\\n */g, '').split('\n');
  return lines.flatMap((line) => line.replace(/(^| )#.*$/, '').split('&&')).flatMap((part) => part.trim() || []);
}

/** Why a command of the documentation cannot be as it stands there; null: program, command and flags are known. */
export async function commandProblem(command: string): Promise<string | null> {
  const words = command.split(/ +/).filter((word) => !/^[A-Z_]+=/.test(word));
  const [program, ...args] = words;
  switch (program) {
    case 'cd':
    case 'mkdir':
      return null;
    case 'curl':
      return urlProblem(args);
    case 'node':
    case 'tsx':
      return null;
    case 'npm':
      return npmProblem(args);
    case 'npx':
      if (args[0] === 'tickbase') return tickbaseProblem(args.slice(1));
      if (args[0] === 'tsx' || args[0] === 'esbuild' || args[0] === 'vitest') return null;
      return `npx ${args[0]} is not known`;
    default:
      return `the program ${program} is not known`;
  }
}

async function tickbaseProblem([command = '', ...args]: readonly string[]): Promise<string | null> {
  if (command.startsWith('-')) return HELP.includes(`  ${command} `) ? null : `tickbase has no ${command}`;
  if (!commandNames().includes(command)) return `tickbase has no command ${command}`;
  const help = await helpOf(command);
  return flagProblem(args, (flag) => new RegExp(`^ +${flag}(?![\\w-])`, 'm').test(help), `tickbase ${command}`);
}

function npmProblem([verb = '', ...args]: readonly string[]): string | null {
  if (verb === 'ci' || verb === 'install' || verb === 'pack') return null;
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
  const name = verb === 'run' ? args[0]! : verb;
  if (args.includes('-w')) return null; // a script of one of the packages
  const script = manifest.scripts[name];
  if (script === undefined) return `package.json has no script ${name}`;
  const given = args.includes('--') ? args.slice(args.indexOf('--') + 1) : [];
  const file = script.split(' ').find((word) => /\.(ts|mjs)$/.test(word));
  const sources = file === undefined ? '' : sourcesBeside(file);
  return flagProblem(
    given,
    (flag) => sources.includes(flag) || sources.includes(`'${flag.slice(2)}'`),
    `npm run ${name}`,
  );
}

/** The script and the files beside it, which read its flags. */
function sourcesBeside(file: string): string {
  const folder = join(root, dirname(file));
  const names = readdirSync(folder).filter((name) => /\.(ts|mjs)$/.test(name) && !name.includes('.test.'));
  return names.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
}

function flagProblem(args: readonly string[], isKnown: (flag: string) => boolean, program: string): string | null {
  for (const word of args) {
    const flag = word.split('=')[0]!;
    if (flag.startsWith('--') && flag !== '--' && flag !== '--help' && !isKnown(flag))
      return `${program} has no ${flag}`;
  }
  return null;
}

function urlProblem(args: readonly string[]): string | null {
  const url = args.find((word) => word.includes('://'));
  if (url === undefined) return 'curl without an address';
  const { pathname } = new URL(url.replaceAll(/["']/g, ''));
  if (!pathname.startsWith('/v1/')) return null; // a file of the page's own; fetched where the page is run
  const transport = readFileSync(join(root, 'runtime/gateway/uws-transport.ts'), 'utf8');
  return transport.includes(`'${pathname}'`) ? null : `the server answers nothing at ${pathname}`;
}
