import { fileURLToPath } from 'node:url';
import { ByteWriter } from '@tickbase/base';
import { loadModule } from '@tickbase/runtime';

const ACCOUNTS = 100_000;
const CALLS = 300_000;
/** Calls before the clock runs, so that the compiler has seen them. */
const WARM_UP_CALLS = 50_000;

/**
 * Transfers through the whole transaction path in process (reducer by position, encoded arguments, one seal a call), beside
 * the same transfers on a Map of objects with bigints, without transactions.
 */
export async function callsInProcess(): Promise<{ perSecond: number; mapPerSecond: number }> {
  const loaded = await loadModule(fileURLToPath(new URL('../modules/transfer', import.meta.url)));
  const world = loaded.createWorld(loaded.plan, 1n, 1);
  const position = (name: string): number => loaded.plan.reducers.findIndex((reducer) => reducer.name === name);
  const caller = world.addCaller(7n, 9n);
  const writer = new ByteWriter(32);
  let tick = 0;
  const call = (reducer: number, args: Uint8Array): void => {
    tick += 1;
    world.beginTick(tick, BigInt(tick) * 1000n, tick);
    if (world.runCall(reducer, args, caller) !== 0) throw new Error(world.lastMessage);
    world.seal();
  };
  writer.u32(ACCOUNTS);
  writer.i64(1_000_000_000n);
  call(position('seed'), writer.copy());

  const pairs = randomPairs(CALLS);
  const transfers = Array.from({ length: CALLS }, (_, i) => {
    writer.reset();
    writer.u32(pairs[2 * i]!);
    writer.u32(pairs[2 * i + 1]!);
    writer.i64(1n);
    return writer.copy();
  });
  const transfer = position('transfer');
  for (let i = 0; i < WARM_UP_CALLS; i++) call(transfer, transfers[i]!);
  const startMs = performance.now();
  for (const args of transfers) call(transfer, args);
  const perSecond = (CALLS * 1000) / (performance.now() - startMs);
  return { perSecond, mapPerSecond: mapTransfers(pairs) };
}

function mapTransfers(pairs: Uint32Array): number {
  const accounts = new Map<number, { id: number; balance: bigint }>();
  for (let id = 0; id < ACCOUNTS; id++) accounts.set(id, { id, balance: 1_000_000_000n });
  const transfer = (from: number, to: number, amount: bigint): void => {
    const source = accounts.get(from);
    const target = accounts.get(to);
    if (from === to || amount <= 0n || !source || !target || source.balance < amount) throw new Error('refused');
    accounts.set(from, { id: from, balance: source.balance - amount });
    accounts.set(to, { id: to, balance: target.balance + amount });
  };
  const run = (count: number): void => {
    for (let i = 0; i < count; i++) transfer(pairs[2 * i]!, pairs[2 * i + 1]!, 1n);
  };
  run(WARM_UP_CALLS);
  const startMs = performance.now();
  run(CALLS);
  return (CALLS * 1000) / (performance.now() - startMs);
}

function randomPairs(count: number): Uint32Array {
  const pairs = new Uint32Array(2 * count);
  for (let i = 0; i < count; i++) {
    pairs[2 * i] = Math.floor(Math.random() * ACCOUNTS);
    pairs[2 * i + 1] = (pairs[2 * i]! + 1 + Math.floor(Math.random() * (ACCOUNTS - 1))) % ACCOUNTS;
  }
  return pairs;
}
