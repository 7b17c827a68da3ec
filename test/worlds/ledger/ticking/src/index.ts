import { makeLedger } from '../../src/make-ledger.ts';

/** The same world with a tick, which holds many calls. */
const ledger = makeLedger(60);

export default ledger.world;
export const { begin, wake, come, go, record, refuse, settle, sweep, ring } = ledger;
