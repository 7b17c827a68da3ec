import { TickbaseError } from '@tickbase/base';
import type { MigrationStep } from '@tickbase/schema/plan';
import { sendOrder } from '../host/control/index.ts';
import { findModule } from '../host/find-module.ts';
import { migrationText } from '../host/publish/migration-text.ts';
import type { PublishAnswer } from '../host/publish/publish-answer.ts';
import type { CliIo } from './cli-io.ts';
import { gatherSettings, type SettingsCommand } from './gather-settings.ts';
import { dataDirOf, modulePathOf } from './start-options.ts';

/** `tickbase publish`: gives a running server a new module. 0: done, or possible in a dry run; 1: refused or failed. */
export async function runPublish(args: readonly string[], io: CliIo): Promise<number> {
  const settings = gatherSettings(args, io, PUBLISH);
  if (settings.isHelp) {
    io.out(PUBLISH_HELP);
    return 0;
  }
  const modulePath = modulePathOf(settings.given);
  const dataDir = dataDirOf(settings.given);
  const options = {
    modulePath,
    isDryRun: settings.switches.has('dry-run'),
    mayBreakClients: settings.switches.has('break-clients'),
  };
  const { outcome, steps, database, stillMs } = await ask(dataDir, options, io);
  io.out(steps.length === 0 ? 'tables, reducers and clients: nothing differs\n' : migrationText(steps));
  switch (outcome) {
    case 'published':
      io.out(`published: ${database} runs the new module; the world stood still for ${Math.round(stillMs)} ms\n`);
      return 0;
    case 'possible':
      io.out(
        `possible${needsBreak(steps) ? ' with --break-clients' : ''}: this was a dry run, ${database} is as it was\n`,
      );
      return 0;
    case 'breaking':
      io.out(
        `not published: clients would be disconnected; --break-clients allows it. ${database} runs the module that it had\n`,
      );
      return 1;
    default:
      io.out(`refused: nothing is changed, ${database} runs the module that it had\n`);
      return 1;
  }
}

function needsBreak(steps: readonly MigrationStep[]): boolean {
  return steps.some((step) => step.class === 'disconnects clients');
}

interface PublishOptions {
  readonly modulePath: string;
  readonly isDryRun: boolean;
  readonly mayBreakClients: boolean;
}

async function ask(dataDir: string, options: PublishOptions, io: CliIo): Promise<PublishAnswer> {
  try {
    const answer = await sendOrder(dataDir, 'publish', { ...options }, (text) => io.err(`${text}\n`));
    return answer as unknown as PublishAnswer;
  } catch (error) {
    if (!(error instanceof TickbaseError) || error.code !== 'CONTROL_NO_SERVER') throw error;
    // A mistyped path has no server either.
    findModule(options.modulePath);
    if (!options.isDryRun) throw error;
    // Loaded when it is needed: it brings the bundler along.
    const { planOffline } = await import('../host/publish/plan-offline.ts');
    const answer = await planOffline(options.modulePath, dataDir);
    if (answer === null) throw error;
    io.err('no server runs on the folder: its plan was looked at, its rows were not\n');
    return answer;
  }
}

const PUBLISH: SettingsCommand = {
  name: 'publish',
  keys: ['modulePath', 'dataDir'],
  switches: ['dry-run', 'break-clients'],
};

const PUBLISH_HELP = `usage: tickbase publish --module-path DIR [--data-dir DIR] [--dry-run] [--break-clients]

Gives the server that runs on a data folder a new version of its module. Its rows are migrated, and the new code takes over between
two ticks: sockets stay open, and subscriptions go on. What changes is printed step by step, each with its class:

  safe                 neither rows nor clients notice
  rewrites             values of rows that are there are made anew
  disconnects clients  those whose generated code uses it; published only with --break-clients
  refused              nothing at all is done; the line behind it says what to do instead

options:
  --module-path DIR    folder of the module, with src/index.ts
  --data-dir DIR       data folder of the server (default: .tickbase in the module's folder)
  --dry-run            only tell what would happen; rows are looked at if a server runs, and stay as they are
  --break-clients      publish also when clients are disconnected by it
  --config FILE        settings file of \`tickbase start\`, of which the same names count
  --help               this text

exit codes: 0 published, or possible, 1 refused or failed, 2 the command line or the settings are wrong
`;
