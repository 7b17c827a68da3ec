import { TickbaseError } from '@tickbase/base';

/** The socket's address for a server's address and a database: http becomes ws, https wss. */
export function subscribeUrl(uri: string, databaseName: string): string {
  let url: URL;
  try {
    url = new URL(uri);
  } catch {
    throw unusable(`the address ${JSON.stringify(uri)} cannot be read`, 'withUri', uri === '' ? BOTH : ADDRESS);
  }
  if (url.protocol === 'http:') url.protocol = 'ws:';
  if (url.protocol === 'https:') url.protocol = 'wss:';
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') {
    throw unusable(`the address ${JSON.stringify(uri)} is none of ws, wss, http, https`, 'withUri', ADDRESS);
  }
  if (databaseName === '') throw unusable('no database is named', 'withDatabaseName', BOTH);
  const folder = url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`;
  url.pathname = `${folder}v1/database/${encodeURIComponent(databaseName)}/subscribe`;
  url.search = '';
  url.hash = '';
  return url.href;
}

const BOTH = 'call withUri and withDatabaseName before build';
const ADDRESS = 'write ws://host:port, such as ws://127.0.0.1:3000';

function unusable(what: string, where: string, mend: string): TickbaseError {
  return new TickbaseError({ code: 'CONNECTION_OPTION_MISSING', what, where, mend });
}
