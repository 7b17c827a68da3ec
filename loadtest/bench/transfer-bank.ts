import { DbConnectionBase, DbConnectionBuilder, type RemoteTable } from '@tickbase/client';
import { remoteModuleOf } from '../bots/remote-module-of.ts';
import { LightBot } from '../light-bot.ts';

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
  const bot = new LightBot(uri, false);
  await bot.live();
  const { schema, database } = bot.welcome;
  bot.close();
  const bank = await new Promise<Bank>((resolve, reject) => {
    new DbConnectionBuilder<Names, Bank>({
      module: remoteModuleOf(schema),
      tables: {},
      make: (setup) => new DbConnectionBase(setup),
    })
      .withUri(new URL(uri).origin)
      .withDatabaseName(database)
      .onConnect((connected) => resolve(connected))
      .onConnectError((_context, error) => reject(error))
      .build();
  });
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
