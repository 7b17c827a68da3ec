import { join, resolve } from 'node:path';
import { TickbaseError } from '@tickbase/base';
import type { ServerOptions } from '../host/index.ts';
import { audiencesOf, isAdminRule, isIssuer, ruleOfIssuer } from '../identity/index.ts';
import type { GatheredSettings } from './gather-settings.ts';
import type { GivenSetting, SettingKey } from './settings.ts';

/** Checks what was set and fits it to the server. Paths are relative to where they were written. */
export function startOptions({ given }: Pick<GatheredSettings, 'given'>): Omit<ServerOptions, 'log'> {
  const modulePath = modulePathOf(given);
  const port = given.get('port');
  return {
    modulePath,
    portOrigin: port?.origin ?? 'default',
    ...(port === undefined ? {} : { port: portOf(port) }),
    ...(given.has('name') ? { database: given.get('name')!.text } : {}),
    ...(given.has('host') ? { host: given.get('host')!.text } : {}),
    ...(given.has('callMsMax') ? { callMsMax: wholeNumber(given.get('callMsMax')!, 0, 60_000, 'milliseconds') } : {}),
    ...(given.has('workers') ? { workers: workers(given.get('workers')!) } : {}),
    ...(given.has('socketThreads')
      ? { socketThreads: wholeNumber(given.get('socketThreads')!, 0, SOCKET_THREADS_MAX, 'threads') }
      : {}),
    ...(given.has('logInputs') ? { logInputs: loggedInputs(given.get('logInputs')!) } : {}),
    ...(given.has('overload') ? { overload: isOn(given.get('overload')!) } : {}),
    ...(given.has('cutLogAt')
      ? { cutLogAt: wholeNumber(given.get('cutLogAt')!, 1, Number.MAX_SAFE_INTEGER, 'of a record') }
      : {}),
    ...(given.has('metrics') ? { metricsFor: metricsReader(given.get('metrics')!) } : {}),
    ...tls(given),
    ...issuers(given),
    ...(given.has('admins') ? { admins: admins(given.get('admins')!, given.get('issuers')) } : {}),
    ...pathIfGiven(given, 'dataDir'),
    ...pathIfGiven(given, 'staticDir'),
  };
}

/** Throws CLI_MODULE_MISSING. */
export function modulePathOf(given: GatheredSettings['given']): string {
  const setting = given.get('modulePath');
  if (setting !== undefined) return pathOf(setting);
  throw new TickbaseError({
    code: 'CLI_MODULE_MISSING',
    what: 'no module is named',
    where: 'the command line',
    mend: 'give its folder with --module-path, TICKBASE_MODULE_PATH, or "modulePath" in tickbase.json',
  });
}

/** The data folder of the server that is meant: as was set, or that of the module. Throws CLI_MODULE_MISSING when neither is named. */
export function dataDirOf(given: GatheredSettings['given']): string {
  const setting = given.get('dataDir');
  if (setting !== undefined) return pathOf(setting);
  if (given.has('modulePath')) return join(modulePathOf(given), '.tickbase');
  throw new TickbaseError({
    code: 'CLI_MODULE_MISSING',
    what: 'neither a data folder nor a module is named',
    where: 'the command line',
    mend: "give the server's data folder with --data-dir, or its module's folder with --module-path",
  });
}

function pathIfGiven(
  given: ReadonlyMap<SettingKey, GivenSetting>,
  key: 'dataDir' | 'staticDir',
): Partial<ServerOptions> {
  const setting = given.get(key);
  return setting === undefined ? {} : { [key]: pathOf(setting) };
}

function pathOf(setting: GivenSetting): string {
  return resolve(setting.folder, setting.text);
}

function portOf(setting: GivenSetting): number {
  const port = Number(setting.text);
  if (/^\d+$/.test(setting.text) && port <= 65_535) return port;
  throw badValue(setting, 'is not a port', 'give a number from 0 to 65535; 0 takes a free port');
}

/** Seconds of silence after which a server is ended and started again; 0: it has no watchdog. */
export function watchdogS({ given }: Pick<GatheredSettings, 'given'>): number {
  const setting = given.get('watchdog');
  return setting === undefined ? WATCHDOG_S : wholeNumber(setting, 0, 3600, 'seconds');
}

/** Above what a full collection of a heap of several gigabytes takes. */
const WATCHDOG_S = 10;

function wholeNumber(setting: GivenSetting, min: number, max: number, unit: string): number {
  const number = Number(setting.text);
  if (/^\d+$/.test(setting.text) && number >= min && number <= max) return number;
  throw badValue(setting, `is no number of ${unit}`, `give a whole number from ${min} to ${max}`);
}

function metricsReader(setting: GivenSetting): 'local' | 'all' | 'none' {
  const { text } = setting;
  if (text === 'local' || text === 'all' || text === 'none') return text;
  throw badValue(setting, 'is none of the readers of metrics', 'give local, all or none');
}

function loggedInputs(setting: GivenSetting): boolean {
  const { text } = setting;
  if (text === 'all' || text === 'none') return text === 'all';
  throw badValue(setting, 'is no choice of inputs', 'give all or none');
}

function isOn(setting: GivenSetting): boolean {
  const { text } = setting;
  if (text === 'on' || text === 'off') return text === 'on';
  throw badValue(setting, 'is neither on nor off', 'give on or off');
}

function tls(given: GatheredSettings['given']): Pick<ServerOptions, 'tls'> {
  const [certificate, key] = [given.get('tlsCert'), given.get('tlsKey')];
  if (certificate !== undefined && key !== undefined) {
    return { tls: { certificate: pathOf(certificate), key: pathOf(key) } };
  }
  const alone = certificate ?? key;
  if (alone === undefined) return {};
  throw badValue(alone, 'is one of two files', 'give both --tls-cert and --tls-key');
}

function issuers(given: GatheredSettings['given']): Pick<ServerOptions, 'issuers' | 'audiences'> {
  const [addresses, names] = [given.get('issuers'), given.get('audience')];
  if (addresses === undefined) return {};
  if (names === undefined) {
    throw badValue(addresses, 'names issuers, and nothing says whom their tokens are for', 'give --audience, too');
  }
  for (const address of listOf(addresses)) {
    if (isIssuer(address)) continue;
    const mend = "give each issuer's address as its tokens name it: https://… (http:// on this machine alone)";
    throw badValue({ ...addresses, text: address }, 'is no address of an issuer', mend);
  }
  const [known, audiences] = [listOf(addresses), listOf(names)];
  for (const name of audiences) refuseUnknownIssuer(name, known, names);
  const unnamed = known.find((issuer) => audiencesOf(issuer, audiences, known).length === 0);
  if (unnamed !== undefined) {
    const mend = `give a name for all issuers, or NAME@${unnamed}`;
    throw badValue(names, `does not say whom the tokens of ${unnamed} are for`, mend);
  }
  return { issuers: known, audiences };
}

/** What looks like a rule for one issuer is one. */
function refuseUnknownIssuer(rule: string, known: readonly string[], setting: GivenSetting): void {
  if (ruleOfIssuer(rule, known).issuer !== null || !/@https?:\/\//.test(rule)) return;
  const mend = 'write the issuer after the @ as --issuers has it';
  throw badValue({ ...setting, text: rule }, 'is for an issuer that --issuers does not name', mend);
}

function admins(setting: GivenSetting, issuerSetting: GivenSetting | undefined): readonly string[] {
  const known = issuerSetting === undefined ? [] : listOf(issuerSetting);
  for (const entry of listOf(setting)) {
    refuseUnknownIssuer(entry, known, setting);
    if (isAdminRule(entry)) continue;
    throw badValue(
      { ...setting, text: entry },
      'names no admin',
      'give identities of 64 hex digits, or claims as roles=admin',
    );
  }
  return listOf(setting);
}

function listOf({ text }: GivenSetting): readonly string[] {
  return text.split(/[\s,]+/).filter((part) => part !== '');
}

function workers(setting: GivenSetting): number | 'auto' {
  if (setting.text === 'auto') return 'auto';
  if (/^\d+$/.test(setting.text) && Number(setting.text) <= WORKERS_MAX) return Number(setting.text);
  throw badValue(setting, 'is not a number of workers', `give auto, or a number from 0 to ${WORKERS_MAX}`);
}

const WORKERS_MAX = 64;
const SOCKET_THREADS_MAX = 64;

function badValue(setting: GivenSetting, what: string, mend: string): TickbaseError {
  return new TickbaseError({
    code: 'CLI_VALUE',
    what: `${JSON.stringify(setting.text)} ${what}`,
    where: setting.where,
    mend,
  });
}
