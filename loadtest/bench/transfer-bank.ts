import type { DbConnectionBase, RemoteTable } from '@tickbase/client';
import { connectLibrary } from './connect-library.ts';

interface Account {
  readonly id: number;
  readonly balance: bigint;
}

interface Names {
  readonly db: { readonly accounts: RemoteTable<Account, unknown> };
  readonly reducers: { seed(args: { n: number; initial_balance: bigint }): Promise<void> };
  readonly tables: Readonly<Record<string, never>>;
}

/** A connection to a server of loadtest/modules/transfer, whose accounts it has made. */
export type Bank = DbConnectionBase<Names>;

export async function openBank(uri: string, accounts: number, funds: bigint): Promise<Bank> {
  const connect = await connectLibrary<Names>(uri);
  const bank = await connect();
  await bank.reducers.seed({ n: accounts, initial_balance: funds });
  return bank;
}

/** Throws unless every account is there and all of them together have what they had at first. Leaves. */
export async function checkBank(bank: Bank, accounts: number, funds: bigint): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    bank
      .subscriptionBuilder()
      .onApplied(() => resolve())
      .onError((_context, error) => reject(error))
      .subscribe('SELECT * FROM accounts');
  });
  let count = 0;
  let sum = 0n;
  for (const { balance } of bank.db.accounts.iter()) {
    count++;
    sum += balance;
  }
  bank.disconnect();
  if (count === accounts && sum === BigInt(accounts) * funds) return;
  throw new Error(`${count} of ${accounts} accounts hold ${sum} instead of ${BigInt(accounts) * funds}`);
}
