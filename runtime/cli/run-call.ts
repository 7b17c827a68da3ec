import type { CliIo } from './cli-io.ts';
import { gatherSettings, type SettingsCommand } from './gather-settings.ts';
import { ServerTarget, TARGET, TARGET_HELP } from './server-target.ts';

/** `tickbase call`: calls a reducer of a running server, and returns when what it did is durable. */
export async function runCall(args: readonly string[], io: CliIo): Promise<number> {
  const settings = gatherSettings(args, io, CALL);
  if (settings.isHelp) {
    io.out(CALL_HELP);
    return 0;
  }
  const [reducer, ...given] = settings.positionals;
  const target = await ServerTarget.find(settings, io.env);
  await target.post(`call/${encodeURIComponent(reducer!)}`, JSON.stringify(given.map(argumentOf)), {
    UNKNOWN_REDUCER: `check its spelling; GET ${target.address}/schema tells of all reducers and what they take`,
    BODY_MALFORMED: 'give its arguments in their order behind its name; each is JSON, or text as it stands',
  });
  io.out(`${reducer}: done\n`);
  return 0;
}

/** JSON, or a text that is none. */
function argumentOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const CALL: SettingsCommand = { ...TARGET, name: 'call', switches: [], positionals: ['REDUCER'], takesMore: true };

const CALL_HELP = `usage: tickbase call REDUCER [ARGUMENT …] --data-dir DIR

Calls a reducer of a running server, with its arguments in order: each is JSON, or text as it stands. Behind -- one may begin with a dash:
tickbase call move -- -1 2.5. The module's clientConnected and clientDisconnected run before and after it. Ends when what the call did is durable.

options:
${TARGET_HELP}

exit codes: 0 it is done, 1 it was refused, or no server runs there, 2 the command line or the settings are wrong
`;
