import { GENERATE_HELP } from '../../runtime/cli/generate/generate-help.ts';
import { HELP } from '../../runtime/cli/help.ts';
import { runCli } from '../../runtime/cli/run-cli.ts';

/** The commands of `tickbase`, as its help lists them. */
export function commandNames(): string[] {
  const list = /\ncommands:\n((?: {2}\S.*\n)+)/.exec(HELP)?.[1] ?? '';
  return Array.from(list.matchAll(/^ {2}(\S+)/gm), ([, name]) => name!);
}

/** What `tickbase COMMAND --help` prints. */
export async function helpOf(command: string): Promise<string> {
  // Its help goes to the process's own output.
  if (command === 'generate') return GENERATE_HELP;
  let help = '';
  const out = (text: string): void => void (help += text);
  const code = await runCli([command, '--help'], { env: {}, cwd: '/', out, err: out, isTerminal: false });
  if (code !== 0) throw new Error(`tickbase ${command} --help ended with ${code}: ${help}`);
  return help;
}
