import { makeLedger } from '../../src/make-ledger.ts';

/** The same world with more in it, for changes of the module. */
const ledger = makeLedger(0, 'wider');

export default ledger.world;
export const { begin, wake, come, go, record, refuse, settle, sweep, ring } = ledger;
