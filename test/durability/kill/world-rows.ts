import type { Account, Alarm, Entry, Rung, Total, Visit } from '../../worlds/ledger/module_bindings/types.ts';

/** The tables of the ledger's world at one tick. */
export interface WorldRows {
  readonly entry: readonly Entry[];
  readonly account: readonly Account[];
  readonly total: readonly Total[];
  readonly alarm: readonly Alarm[];
  readonly rung: readonly Rung[];
  readonly visit: readonly Visit[];
}
