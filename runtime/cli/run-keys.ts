import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TickbaseError } from '@tickbase/base';
import { KeyFile } from '../storage/index.ts';
import type { CliIo } from './cli-io.ts';
import { gatherSettings, type SettingsCommand } from './gather-settings.ts';
import { dataDirOf } from './start-options.ts';

/** `tickbase keys`: the keys with which a server signs the tokens of its clients. */
export function runKeys(args: readonly string[], io: CliIo): number {
  const settings = gatherSettings(args, io, KEYS);
  if (settings.isHelp) {
    io.out(KEYS_HELP);
    return 0;
  }
  const path = join(dataDirOf(settings.given), 'identity-keys.json');
  if (!existsSync(path)) throw noKeys(path);
  if (settings.switches.has('rotate')) {
    const id = KeyFile.rotate(path, Date.now());
    io.out(`added ${id}: it signs from the next start of the server on\n`);
  }
  const { keys } = KeyFile.open(path, Date.now());
  keys.forEach(({ id, madeAt }, place) => {
    io.out(`${id}  ${madeAt}  ${place === keys.length - 1 ? 'signs' : 'proves what it has signed'}\n`);
  });
  return 0;
}

function noKeys(path: string): TickbaseError {
  return new TickbaseError({
    code: 'KEYS_MISSING',
    what: 'there are no keys in this folder',
    where: path,
    mend: 'give the data folder of a server that was started once, with --data-dir',
  });
}

const KEYS: SettingsCommand = { name: 'keys', keys: ['modulePath', 'dataDir'], switches: ['rotate'] };

const KEYS_HELP = `usage: tickbase keys --data-dir DIR [--rotate]

Lists the keys that sign the tokens of clients, the newest last: that one signs, and all of them are accepted. To take a key out, delete its
entry in identity-keys.json: the tokens that it has signed are no longer accepted from the next start on.

options:
  --rotate             add a key
  --data-dir DIR       data folder of the server (default: .tickbase in the module's folder)
  --module-path DIR    folder of the module, instead
  --config FILE        settings file of \`tickbase start\`, of which the same names count
  --help               this text

exit codes: 0 done, 1 there are no keys, or they cannot be read, 2 the command line or the settings are wrong
`;
