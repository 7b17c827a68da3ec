import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BenchProcess } from './child-process.ts';
import { checkBank, openBank } from './transfer-bank.ts';

export const ACCOUNTS = 100_000;
const FUNDS = 1_000_000_000n;
const CONNECTIONS = 64;
const IN_FLIGHT = 40;

/**
 * A server with its data in a folder of its own in `folder`, and clients of a kind that transfer-program knows; at the end the sum of all balances is checked. `pairsFile`: see
 * transferPairs.
 */
export async function runTransfers(folder: string, kind: string, pairsFile: string, times: Times): Promise<Run> {
  const server = new BenchProcess(file('./serve-module.ts'), [file('../modules/transfer'), folder]);
  try {
    const uri = `ws://127.0.0.1:${await server.line('port ')}/v1/database/transfer/subscribe`;
    const bank = await openBank(uri, ACCOUNTS, FUNDS);
    const run = await measure(server, uri, kind, pairsFile, times);
    await checkBank(bank, ACCOUNTS, FUNDS);
    return run;
  } finally {
    await server.stop();
  }
}

/** The same clients before a server that only answers, with messages of equal size. */
export async function runBareAnswers(pairsFile: string, times: Times): Promise<Run> {
  const server = new BenchProcess(file('./bare-answers.ts'), []);
  try {
    return await measure(server, `ws://127.0.0.1:${await server.line('port ')}`, 'bare', pairsFile, times);
  } finally {
    await server.stop();
  }
}

async function measure(
  server: BenchProcess,
  uri: string,
  kind: string,
  pairsFile: string,
  { runMs, warmUpMs }: Times,
): Promise<Run> {
  const args = [uri, kind, String(CONNECTIONS), String(IN_FLIGHT), pairsFile];
  const client = new BenchProcess(file('./transfer-program.ts'), args);
  try {
    return await measureWith(server, client, { runMs, warmUpMs });
  } finally {
    await client.stop();
  }
}

async function measureWith(server: BenchProcess, client: BenchProcess, { runMs, warmUpMs }: Times): Promise<Run> {
  await client.line('ready');
  client.say('begin');
  await sleep(warmUpMs);
  client.say('window');
  const before = await look(server, client);
  await sleep(runMs - warmUpMs);
  const after = await look(server, client);
  client.say('end');
  const { refused, p50Ms, p99Ms } = JSON.parse(await client.line('ended ')) as Told;
  if (refused > 0) throw new Error(`${refused} transfers were refused: the figure would count them`);
  const done = after.done - before.done;
  return {
    perSecond: (done * 1000) / (after.atMs - before.atMs),
    serverCpuUs: ((after.serverMs - before.serverMs) * 1000) / done,
    clientCpuUs: ((after.clientMs - before.clientMs) * 1000) / done,
    p50Ms,
    p99Ms,
  };
}

async function look(server: BenchProcess, client: BenchProcess): Promise<Look> {
  client.say('counts');
  const { done } = JSON.parse(await client.line('counts ')) as Told;
  return { done, atMs: performance.now(), serverMs: server.cpuMs(), clientMs: client.cpuMs() };
}

function file(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

export interface Times {
  readonly runMs: number;
  /** Of `runMs`, at its beginning, which does not count. */
  readonly warmUpMs: number;
}

export interface Run {
  readonly perSecond: number;
  readonly serverCpuUs: number;
  readonly clientCpuUs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Look {
  readonly done: number;
  readonly atMs: number;
  readonly serverMs: number;
  readonly clientMs: number;
}

interface Told {
  readonly done: number;
  readonly refused: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}
