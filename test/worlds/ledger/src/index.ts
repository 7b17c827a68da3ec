import { makeLedger } from './make-ledger.ts';

/** At `tickRate: 0`: every call is a commit of its own. */
const ledger = makeLedger(0);

export default ledger.world;
export const { begin, wake, come, go, record, refuse, settle, sweep, ring } = ledger;
