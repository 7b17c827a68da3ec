import { HELP } from '../../runtime/cli/help.ts';
import { commandNames, helpOf } from './help-of.ts';

/** docs/reference/command-line.md: what the commands say of themselves. */
export async function commandLinePage(): Promise<string[]> {
  const lines = [
    '# Command line',
    '',
    'What `tickbase` and its commands print with `--help`. Settings of `tickbase start` are in [Configuration](configuration.md).',
    'Generated from the code by `npm run generate:docs`.',
    '',
    ...fenced(HELP),
  ];
  for (const command of commandNames()) lines.push('', `## tickbase ${command}`, '', ...fenced(await helpOf(command)));
  return lines;
}

function fenced(text: string): string[] {
  return ['```', ...text.trimEnd().split('\n'), '```'];
}
