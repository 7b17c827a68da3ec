import { BACKUP_CODES } from './backup-codes.ts';
import { CLIENT_CODES } from './client-codes.ts';
import { HTTP_CODES } from './http-codes.ts';
import { IDENTITY_CODES } from './identity-codes.ts';
import { PUBLISH_CODES } from './publish-codes.ts';
import { QUERY_CODES } from './query-codes.ts';
import { SQL_CODES } from './sql-codes.ts';
import { SCHEMA_CODES } from './schema-codes.ts';
import { SERVER_CODES } from './server-codes.ts';
import { SNAPSHOT_CODES } from './snapshot-codes.ts';
import { STORE_CODES } from './store-codes.ts';
import { WIRE_CODES } from './wire-codes.ts';

/** Every code that Tickbase can report, by area. */
export const ERROR_TABLE = {
  schema: SCHEMA_CODES,
  query: [...QUERY_CODES, ...SQL_CODES],
  store: STORE_CODES,
  wire: WIRE_CODES,
  server: SERVER_CODES,
  identity: IDENTITY_CODES,
  http: HTTP_CODES,
  snapshot: SNAPSHOT_CODES,
  backup: BACKUP_CODES,
  publish: PUBLISH_CODES,
  client: CLIENT_CODES,
} as const;
