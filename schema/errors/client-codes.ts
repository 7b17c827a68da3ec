import type { ErrorCode } from './error-code.ts';

export const CLIENT_CODES = [
  {
    code: 'SCHEMA_MISMATCH',
    what: 'the generated code uses a table, a column or a reducer that the server has not or has otherwise',
    mend: 'run `tickbase generate` again with the module that the server runs, and rebuild the client',
  },
  {
    code: 'CONNECTION_OPTION_MISSING',
    what: 'a connection was built without an address or a database name, or with an address that cannot be read',
    mend: 'call withUri with ws://host:port, and withDatabaseName, before build',
  },
  {
    code: 'CONNECT_FAILED',
    what: 'no connection came about: nothing answers at the address, or the socket closed before the handshake ended',
    mend: 'check the address, the database’s name given to withDatabaseName, and that the server runs; its log tells of refusals',
  },
  {
    code: 'BAD_TOKEN',
    what: 'the server does not take the token that the client keeps: it has run out, or is that of a data folder that is gone; the text says which',
    mend: 'drop the token that is kept, and connect without one, or with another',
  },
  {
    code: 'HANDSHAKE_TIMEOUT',
    what: 'the server did not answer the handshake in time',
    mend: 'check that the address is a Tickbase server and that it is not overloaded',
  },
  {
    code: 'WEBSOCKET_MISSING',
    what: 'this environment has no WebSocket and the package `ws` is not installed',
    mend: 'install `ws`, use Node 22 or newer, or hand a factory to withWSFn',
  },
  {
    code: 'CONNECTION_LOST',
    what: 'the connection ended for good while something waited for its answer',
    mend: 'connect again and ask again',
  },
  {
    code: 'CALL_OUTCOME_UNKNOWN',
    what: 'a call was sent, and the connection was lost for good before its result came: it may or may not have run',
    mend: 'look at the state after the next connect, and call again only if that shows that it did not run',
  },
  {
    code: 'CALL_RESULT_LOST',
    what: 'a call was processed, and the server ended before its result came: it ran, or was refused, and what it changed is kept; it does not run again',
    mend: 'look at the state; call again only if that shows that it was refused',
  },
  {
    code: 'CALL_NOT_SENT',
    what: 'a call was made while there was no connection and was given up; it did not run',
    mend: 'call again when the connection is live',
  },
  {
    code: 'DISCONNECTED',
    what: 'this side ended the connection',
    mend: 'none is needed; build another connection to go on',
  },
  {
    code: 'CLOSED_BY_SERVER',
    what: 'the server ended the connection with a code after which a client does not come back by itself',
    mend: 'the reason says why; the close codes are in docs/reference',
  },
  {
    code: 'UNKNOWN_PARTITION',
    what: 'a server message names a partition that was not announced',
    mend: 'the client has connected anew by itself; if it comes again, report it with the server version',
  },
  {
    code: 'UNEXPECTED_MESSAGE',
    what: 'a server message came out of order: rows before the handshake, or a handshake without the schema',
    mend: 'report it with the versions of the server and the client',
  },
  {
    code: 'QUERY_TABLE_UNKNOWN',
    what: 'a one-off query answered with rows of a table that the generated code does not know',
    mend: 'generate the bindings again from the module that the server runs',
  },
  {
    code: 'CALL_TOO_LARGE',
    what: 'the arguments of a call have more bytes than a server takes',
    mend: 'send less at once, or in several calls',
  },
  {
    code: 'QUERY_TOO_LONG',
    what: 'a query has more bytes, or a subscription more queries, than a server takes',
    mend: 'shorten the query, or use several subscriptions',
  },
  {
    code: 'UNSUBSCRIBED_TWICE',
    what: 'a subscription was unsubscribed that had ended or was ending',
    mend: 'check isEnded() first, or keep the handle in one place',
  },
  {
    code: 'GENERATE_USAGE',
    what: 'the options of `tickbase generate` cannot be read or are not complete',
    mend: 'see `tickbase generate --help`',
  },
  {
    code: 'GENERATE_LANGUAGE_UNKNOWN',
    what: 'bindings were asked for in a language that has no generator',
    mend: 'use --lang typescript',
  },
  {
    code: 'GENERATE_FILE_TAKEN',
    what: 'a file that would be generated exists and was not made by the generator',
    mend: 'move it away or choose another --out-dir',
  },
  {
    code: 'PROVIDER_MISSING',
    what: 'a React hook of Tickbase runs in a component that stands in no TickbaseProvider',
    mend: 'put <TickbaseProvider connectionBuilder={…}> round the part of the page that uses the database',
  },
] as const satisfies readonly ErrorCode[];
