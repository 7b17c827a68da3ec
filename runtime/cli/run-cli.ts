import { readFileSync } from 'node:fs';
import { nearestName, TickbaseError } from '@tickbase/base';
import type { CliIo } from './cli-io.ts';
import { runGenerate } from './generate/index.ts';
import { HELP } from './help.ts';
import { runBackup } from './run-backup.ts';
import { runCall } from './run-call.ts';
import { runKeys } from './run-keys.ts';
import { runLog } from './run-log.ts';
import { runPublish } from './run-publish.ts';
import { runRestore } from './run-restore.ts';
import { runSql } from './run-sql.ts';
import { runStart } from './run-start.ts';
import { runStop } from './run-stop.ts';

/** Runs one command and gives the process's exit code: 0 done, 1 failed, 2 it was called in a way that it does not understand. */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  const [command, ...rest] = args;
  try {
    switch (command) {
      case 'start':
        return await runStart(rest, io);
      case 'publish':
        return await runPublish(rest, io);
      case 'stop':
        return await runStop(rest, io);
      case 'backup':
        return await runBackup(rest, io);
      case 'restore':
        return await runRestore(rest, io);
      case 'log':
        return await runLog(rest, io);
      case 'call':
        return await runCall(rest, io);
      case 'sql':
        return await runSql(rest, io);
      case 'keys':
        return runKeys(rest, io);
      case 'generate':
        return await runGenerate(rest);
      case '--version':
      case '-v':
        io.out(`${version()}\n`);
        return 0;
      case '--help':
      case '-h':
      case 'help':
        io.out(HELP);
        return 0;
      default:
        throw unknownCommand(command);
    }
  } catch (error) {
    if (!(error instanceof TickbaseError)) throw error;
    io.err(`${error.toString()}\n`);
    return error.code.startsWith('CLI_') ? 2 : 1;
  }
}

function version(): string {
  const depth = import.meta.url.endsWith('.ts') ? '..' : '../..';
  const text = readFileSync(new URL(`${depth}/package.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

const COMMANDS = ['start', 'publish', 'stop', 'backup', 'restore', 'log', 'call', 'sql', 'keys', 'generate', 'help'];

function unknownCommand(command: string | undefined): TickbaseError {
  const meant = nearestName(command ?? '', COMMANDS);
  return new TickbaseError({
    code: 'CLI_COMMAND_UNKNOWN',
    what: command === undefined ? 'no command is given' : `there is no command ${JSON.stringify(command)}`,
    where: 'the command line',
    mend: `${meant === null ? '' : `did you mean ${meant}? `}see \`tickbase --help\` for the commands`,
  });
}
