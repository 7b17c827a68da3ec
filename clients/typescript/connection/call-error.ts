import { ConnectionLost } from '../errors/connection-lost.ts';
import { InternalError } from '../errors/internal-error.ts';
import { SenderError } from '../errors/sender-error.ts';

/** What a call's promise rejects with, by what became of the call. */
export const callError = {
  answered(code: string, message: string): Error {
    return code === 'SENDER_ERROR' ? new SenderError(message) : new InternalError(message, code);
  },

  outcomeUnknown(accessor: string): ConnectionLost {
    const what = `the connection was lost before the result of ${accessor} came: it may or may not have run`;
    return new ConnectionLost(what, 'CALL_OUTCOME_UNKNOWN');
  },

  notSent(accessor: string): ConnectionLost {
    return new ConnectionLost(`there was no connection to send ${accessor} by: it did not run`, 'CALL_NOT_SENT');
  },
};
