import { TickbaseError } from '@tickbase/base';
import { CLOSE_BAD_TOKEN } from '@tickbase/protocol';
import type { LinkLoss } from './link.ts';

/**
 * Why there is no connection, as a coded error: for the first attempt and for the final end. A token that the server does not take is BAD_TOKEN in
 * either case: a program can drop it, and come as somebody new.
 */
export function connectionError(ended: ConnectionErrorCode, loss: LinkLoss, url: string): TickbaseError {
  const code = loss.code === CLOSE_BAD_TOKEN ? 'BAD_TOKEN' : ended;
  const { what, mend } = TEXTS[code];
  return new TickbaseError({ code, what: `${what}${lossText(loss)}`, where: url, mend });
}

export type ConnectionErrorCode = 'CONNECT_FAILED' | 'HANDSHAKE_TIMEOUT' | 'CONNECTION_LOST' | 'CLOSED_BY_SERVER';

const TEXTS: Record<ConnectionErrorCode | 'BAD_TOKEN', { what: string; mend: string }> = {
  BAD_TOKEN: { what: 'the server does not take this token', mend: 'give withToken another one, or none' },
  CONNECT_FAILED: {
    what: 'no connection came about',
    mend: 'check the address, the name given to withDatabaseName, and the server’s log',
  },
  HANDSHAKE_TIMEOUT: {
    what: 'the server did not answer the handshake in time',
    mend: 'check that the address is a Tickbase server and that it is not overloaded',
  },
  CONNECTION_LOST: { what: 'the connection was lost', mend: 'connect again' },
  CLOSED_BY_SERVER: {
    what: 'the server ended the connection',
    mend: 'the reason says why; the close codes are in docs/reference',
  },
};

function lossText(loss: LinkLoss): string {
  const parts = [];
  if (loss.error !== null) parts.push(loss.error.message);
  if (loss.code !== 1006) parts.push(`close code ${loss.code}`);
  if (loss.reason !== '') parts.push(loss.reason);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
