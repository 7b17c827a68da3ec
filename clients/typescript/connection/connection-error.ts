import { TickbaseError } from '@tickbase/base';
import type { LinkLoss } from './link.ts';

/** Why there is no connection, as a coded error: for the first attempt and for the final end. */
export function connectionError(code: ConnectionErrorCode, loss: LinkLoss, url: string): TickbaseError {
  const { what, mend } = TEXTS[code];
  return new TickbaseError({ code, what: `${what}${lossText(loss)}`, where: url, mend });
}

export type ConnectionErrorCode = 'CONNECT_FAILED' | 'HANDSHAKE_TIMEOUT' | 'CONNECTION_LOST' | 'CLOSED_BY_SERVER';

const TEXTS: Record<ConnectionErrorCode, { what: string; mend: string }> = {
  CONNECT_FAILED: {
    what: 'no connection came about',
    mend: 'check the address, the database’s name given to withDatabaseName, and that the server runs; its log tells of refusals',
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
