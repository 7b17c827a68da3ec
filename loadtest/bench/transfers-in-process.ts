import { cpuMs } from './alternate.ts';
import { ModuleWorld } from './module-world.ts';

const ACCOUNTS = 100_000;
const FUNDS = 1_000_000_000n;
/** Calls of one turn. */
const CALLS = 50_000;

/** Turns of the same transfers; each returns calls a second of processor time. */
export interface TransfersInProcess {
  /** As calls with a seal of their own. */
  readonly ours: () => number;
  /** On a Map of objects with bigints, without transactions. */
  readonly map: () => number;
  /** Another contender's turns over the same pairs of accounts. */
  readonly turnOf: (transfer: (from: number, to: number, amount: bigint) => void) => () => number;
  /** From there on our rows stand in no order. */
  readonly mix: () => void;
  readonly accounts: number;
  readonly funds: bigint;
}

/** Two finds, checks, two updates of an i64, 100 000 accounts: without a server. */
export async function transfersInProcess(): Promise<TransfersInProcess> {
  const pairs = randomPairs();
  const world = await ModuleWorld.open('transfer');
  world.call('seed', { n: ACCOUNTS, initialBalance: FUNDS });
  // One message's bytes, as they lie in a socket's buffer: from, to, amount.
  const { reducer, bytes } = world.encode('transfer', { from: 0, to: 0, amount: 1n });
  const message = new DataView(bytes.buffer, bytes.byteOffset);
  const ours = (): number => {
    const startMs = cpuMs();
    for (let i = 0; i < CALLS; i++) {
      message.setUint32(0, pairs[2 * i]!, true);
      message.setUint32(4, pairs[2 * i + 1]!, true);
      world.runEncoded(reducer, bytes);
    }
    return perSecond(startMs);
  };
  const turnOf: TransfersInProcess['turnOf'] = (transfer) => () => {
    const startMs = cpuMs();
    for (let i = 0; i < CALLS; i++) transfer(pairs[2 * i]!, pairs[2 * i + 1]!, 1n);
    return perSecond(startMs);
  };
  const mix = (): void => {
    world.call('seed', { n: 0, initialBalance: FUNDS });
    world.call('seedMixed', { n: ACCOUNTS, initialBalance: FUNDS });
  };
  return { ours, map: turnOf(transferOnMap()), turnOf, mix, accounts: ACCOUNTS, funds: FUNDS };
}

function transferOnMap(): (from: number, to: number, amount: bigint) => void {
  const accounts = new Map<number, { id: number; balance: bigint }>();
  for (let id = 0; id < ACCOUNTS; id++) accounts.set(id, { id, balance: FUNDS });
  return (from, to, amount) => {
    const source = accounts.get(from);
    const target = accounts.get(to);
    if (from === to || amount <= 0n || !source || !target || source.balance < amount) throw new Error('refused');
    accounts.set(from, { id: from, balance: source.balance - amount });
    accounts.set(to, { id: to, balance: target.balance + amount });
  };
}

function perSecond(startMs: number): number {
  return (CALLS * 1000) / (cpuMs() - startMs);
}

function randomPairs(): Uint32Array {
  const pairs = new Uint32Array(2 * CALLS);
  for (let i = 0; i < CALLS; i++) {
    pairs[2 * i] = Math.floor(Math.random() * ACCOUNTS);
    pairs[2 * i + 1] = (pairs[2 * i]! + 1 + Math.floor(Math.random() * (ACCOUNTS - 1))) % ACCOUNTS;
  }
  return pairs;
}
