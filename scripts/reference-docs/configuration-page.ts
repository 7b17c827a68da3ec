import { SETTINGS } from '../../runtime/cli/settings.ts';
import { markdownTable } from './markdown-table.ts';

/** docs/reference/configuration.md, from the table of settings that `tickbase start` reads. */
export function configurationPage(): string[] {
  return [
    '# Configuration',
    '',
    'What can be set for `tickbase start`: by a flag, by an environment variable, or in `tickbase.json`. A flag wins over the variable,',
    'the variable over the file. Generated from the code by `npm run generate:docs`.',
    '',
    ...markdownTable(
      ['flag', 'variable', 'in `tickbase.json`', 'what'],
      SETTINGS.map(({ flag, placeholder, variable, key, what }) => [
        `\`--${flag} ${placeholder}\``,
        `\`${variable}\``,
        `\`${key}\``,
        what,
      ]),
    ),
    '',
    '`tickbase.json` is a JSON object, read from the current folder when it is there, or from where `--config FILE` or the variable',
    '`TICKBASE_CONFIG` says; paths in it are relative to it:',
    '',
    '```json file=tickbase.json',
    JSON.stringify({ modulePath: 'my-world', port: 4000, dataDir: 'data' }, null, 2),
    '```',
  ];
}
