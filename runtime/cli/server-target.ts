import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TickbaseError } from '@tickbase/base';
import { ERROR_TABLE } from '@tickbase/schema/errors';
import { sendOrder } from '../host/control/index.ts';
import { OWNER_TOKEN } from '../host/http/owner-token.ts';
import type { CliIo } from './cli-io.ts';
import type { GatheredSettings, SettingsCommand } from './gather-settings.ts';
import { dataDirOf } from './start-options.ts';
import { visibleText } from './visible-text.ts';

/** A running server as a command that speaks HTTP finds it. */
export class ServerTarget {
  /** `http://HOST:PORT/v1/database/NAME` */
  readonly address: string;
  readonly #token: string;

  private constructor(address: string, token: string) {
    this.address = address;
    this.#token = token;
  }

  /** The server that runs on the data folder, with the owner's token; or that of --server and --name, with TICKBASE_TOKEN. */
  static async find({ given, texts }: GatheredSettings, env: CliIo['env']): Promise<ServerTarget> {
    const token = env['TICKBASE_TOKEN'] ?? '';
    if (texts['server'] !== undefined) {
      const name = given.get('name');
      if (name === undefined || !URL.canParse(texts['server'])) throw misnamed(texts['server']);
      const base = texts['server'].replace(/^ws/, 'http').replace(/\/+$/, '');
      return new ServerTarget(`${base}/v1/database/${encodeURIComponent(name.text)}`, token);
    }
    const dataDir = dataDirOf(given);
    const { address, database } = (await sendOrder(dataDir, 'status', {})) as { address: string; database: string };
    const owner = token === '' ? readFileSync(join(dataDir, OWNER_TOKEN), 'utf8').trim() : token;
    return new ServerTarget(`${address}/v1/database/${encodeURIComponent(database)}`, owner);
  }

  /** Posts to an address below the database's; returns what is answered. Rejects with the server's refusal, whose mend is of `mends` or the code's own. */
  async post(path: string, body: string, mends: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const address = `${this.address}/${path}`;
    let answer: { code?: string; message?: string } | null;
    let isGood: boolean;
    try {
      const headers = this.#token === '' ? {} : { authorization: `Bearer ${this.#token}` };
      const response = await fetch(address, { method: 'POST', body, headers });
      answer = (await response.json()) as typeof answer;
      isGood = response.ok;
    } catch (error) {
      throw unreachable(address, (error as Error).message);
    }
    if (isGood) return answer;
    const { code = 'HTTP_UNREACHABLE', message = 'the server refused without a reason' } = answer ?? {};
    throw new TickbaseError({
      code: visibleText(code),
      what: visibleText(message),
      where: address,
      mend: mends[code] ?? mendOf(code),
    });
  }
}

/** What such a command takes to find its server. */
export const TARGET: Pick<SettingsCommand, 'keys' | 'texts'> = {
  keys: ['modulePath', 'dataDir', 'name'],
  texts: ['server'],
};

export const TARGET_HELP = `  --data-dir DIR       data folder of the server, whose owner you are then (default: .tickbase in the module's folder)
  --module-path DIR    folder of the module, instead
  --server URL         a server elsewhere, with --name DB; who you are TICKBASE_TOKEN says
  --config FILE        settings file of \`tickbase start\`, of which the same names count
  --help               this text`;

function mendOf(code: string): string {
  for (const rows of Object.values(ERROR_TABLE)) {
    for (const row of rows) if (row.code === code) return row.mend;
  }
  return 'see the message';
}

function misnamed(server: string): TickbaseError {
  return new TickbaseError({
    code: 'CLI_VALUE',
    what: `${JSON.stringify(server)} alone does not say which database is meant`,
    where: '--server',
    mend: 'give the address of the server, as https://game.example, and its database with --name',
  });
}

function unreachable(address: string, why: string): TickbaseError {
  return new TickbaseError({
    code: 'HTTP_UNREACHABLE',
    what: `the server gave no answer: ${why}`,
    where: address,
    mend: 'start the server, or say where it is with --server',
  });
}
