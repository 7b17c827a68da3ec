import { TickbaseError } from '@tickbase/base';
import { LightBot } from './light-bot.ts';
import type { Scenario } from './scenarios/scenario.ts';

const WELCOME_MS_MAX = 10_000;

/** Throws LOADTEST_TARGET unless a server at this address welcomes a client and has the tables of the scenario: before any bot is sent. */
export async function checkTarget(uri: string, scenario: Scenario): Promise<void> {
  const bot = new LightBot(uri, false);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no welcome within ${WELCOME_MS_MAX / 1000} s`)), WELCOME_MS_MAX);
  });
  try {
    await Promise.race([bot.live(), late]);
  } catch (error) {
    const mend = `start a Tickbase server, with ${scenario.modulePath} or what has its tables, and give the address that it prints`;
    throw wrongTarget(uri, `no server welcomed a client there (${(error as Error).message})`, mend);
  } finally {
    clearTimeout(timer);
    bot.close();
  }
  const tables = new Set(bot.welcome.schema.tables.map(({ name }) => name));
  const missing = scenario.tables === 'all' ? undefined : scenario.tables.find((name) => !tables.has(name));
  if (missing === undefined) return;
  const what = `the module that runs there has no table ${missing}, which the scenario ${scenario.name} plays with`;
  throw wrongTarget(uri, what, 'give --scenario the one that the module is for');
}

function wrongTarget(where: string, what: string, mend: string): TickbaseError {
  return new TickbaseError({ code: 'LOADTEST_TARGET', what, where, mend });
}
