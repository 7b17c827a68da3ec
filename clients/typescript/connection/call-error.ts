import { ConnectionLost } from '../errors/connection-lost.ts';
import { InternalError } from '../errors/internal-error.ts';
import { SenderError } from '../errors/sender-error.ts';

/** Codes of which the server tells its log more than the caller. */
const IS_LOGGED: ReadonlySet<string> = new Set(['INTERNAL_ERROR', 'CALL_STOPPED', 'CALL_SUSPENDED']);

/** What a call's promise rejects with, by what became of the call. */
export const callError = {
  /** A SenderError's message is the module's own text; the server's texts do not name the reducer, so it is named here. */
  answered(code: string, message: string, accessor: string): Error {
    if (code === 'SENDER_ERROR') return new SenderError(message, code, accessor);
    const named = message.replace(/^the reducer\b/, () => `the reducer ${accessor}`);
    const why = IS_LOGGED.has(code) ? '; the server’s log says why' : '';
    return new InternalError(named + why, code, accessor);
  },

  outcomeUnknown(accessor: string): ConnectionLost {
    const what = `the connection was lost before the result of ${accessor} came: it may or may not have run`;
    return new ConnectionLost(what, 'CALL_OUTCOME_UNKNOWN');
  },

  resultLost(accessor: string): ConnectionLost {
    const what = `the server ended before the result of ${accessor} came: it had run the call, or refused it, and does not run it again`;
    return new ConnectionLost(what, 'CALL_RESULT_LOST');
  },

  notSent(accessor: string): ConnectionLost {
    return new ConnectionLost(`there was no connection to send ${accessor} by: it did not run`, 'CALL_NOT_SENT');
  },
};
