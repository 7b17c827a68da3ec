import type { ErrorCode } from './error-code.ts';

export const SERVER_CODES = [
  {
    code: 'UNKNOWN_TABLE',
    what: 'A query names a table that the module does not have.',
    mend: 'Check the spelling; SQL uses the canonical name in snake case. Generate the client anew after a change of the module.',
  },
  {
    code: 'UNKNOWN_COLUMN',
    what: 'A query names a column that its table does not have.',
    mend: 'Check the spelling; SQL uses the canonical name in snake case. Generate the client anew after a change of the module.',
  },
  {
    code: 'TABLE_NOT_PUBLIC',
    what: 'A query names a private table.',
    mend: 'Declare the table with `public: true`, with `visibleTo` if each row is for its owner only.',
  },
  {
    code: 'JOIN_REFUSED',
    what: 'A query joins a table of which a client does not simply see all rows or its own, or columns that cannot be compared.',
    mend: 'Join columns of one type (no floats), with tables that are no event tables, have no `spatial` in a module with `interest`, and whose `visibleTo` looks nothing up.',
  },
  {
    code: 'NO_INDEX_FOR_JOIN',
    what: 'A join looks up rows by a column that has no index.',
    mend: 'Give the column that the message names an index: `.index()`, `.unique()` or `.primaryKey()`.',
  },
  {
    code: 'NOT_SPATIAL',
    what: 'A query asks to stay within a distance, but its table is not spatial or the module has no `interest`.',
    mend: 'Leave the distance out, or give the table `spatial` and the module an `interest`.',
  },
  {
    code: 'BAD_RADIUS',
    what: 'A query asks to stay within a distance that is not above 0.',
    mend: 'Give a number of metres above 0, or leave it out for the full area of interest.',
  },
  {
    code: 'AREA_TOO_LARGE',
    what: 'The radius of a query spans more cells of its table than one client may hold.',
    mend: 'Give the table larger cells, or the query or the module a smaller radius.',
  },
  {
    code: 'QUERY_TOO_DEEP',
    what: 'The conditions of a query are nested too deep.',
    mend: 'Write the same condition with fewer brackets.',
  },
  {
    code: 'TOO_MANY_PREDICATES',
    what: 'A table is watched by as many different predicates as it may be: each of them costs a look at every changed row.',
    mend: 'Ask by equality or by ranges of one column where possible: all values and all bounds share one rule.',
  },
  {
    code: 'TOO_MANY_RANGE_ROWS',
    what: 'The ranges of all clients on one table hold as many rows as they may, a row counted once for each range.',
    mend: 'Ask for narrower ranges, or for the same ones in all clients; equality on a further column narrows, too.',
  },
  {
    code: 'TOO_MANY_ROWS_WATCHED',
    what: 'With this subscription a client would watch more rows than it may (`watchedRowsMax`).',
    mend: 'Ask for fewer rows: by equality, by a range, within a distance; or unsubscribe what is no longer needed.',
  },
  {
    code: 'TOO_MANY_SUBSCRIPTIONS',
    what: 'A client subscribes to more queries at a time than it may.',
    mend: 'Unsubscribe what is no longer needed, or subscribe to wider queries.',
  },
  {
    code: 'TOO_MANY_ROWS',
    what: 'A one-off query has more rows than one answer may carry.',
    mend: 'Narrow the query, or subscribe to it.',
  },
  {
    code: 'DUPLICATE_QUERY_SET',
    what: 'A client subscribes under the number of a query set that it has already.',
    mend: 'Use a new number for each subscription; the client library does.',
  },
  {
    code: 'UNKNOWN_QUERY_SET',
    what: 'A client unsubscribes from a query set that it does not have.',
    mend: 'Unsubscribe once, and only from what was subscribed.',
  },
  {
    code: 'UNKNOWN_REDUCER',
    what: 'A client calls a reducer that the module does not have.',
    mend: 'Generate the client anew after a change of the module; over HTTP, and so with `tickbase call`, the message names those that it has.',
  },
  {
    code: 'MODULE_REPLACED',
    what: 'The server took over a new module (`tickbase publish`) while a call, or the answer to a query, was on its way, and what it is about is not there any more or looks otherwise. The call did not run.',
    mend: 'Ask again; where a reducer or table is gone, generate the client anew.',
  },
  {
    code: 'REDUCER_NOT_CALLABLE',
    what: 'A client calls a reducer that only the server runs: a scheduled one or a lifecycle hook.',
    mend: 'Call a reducer of your own, which does the same for its caller.',
  },
  {
    code: 'BAD_ARGUMENTS',
    what: 'The arguments of a call are not what the reducer declares: a wrong type or length, a float that is not finite, an unknown tag.',
    mend: 'Generate the client anew after a change of the module, and send finite numbers.',
  },
  {
    code: 'SENDER_ERROR',
    what: 'The module refused a call by throwing SenderError; the message is its own, and nothing was changed.',
    mend: 'See the message.',
  },
  {
    code: 'INTERNAL_ERROR',
    what: 'The module or the server failed; nothing was changed, and the caller is not told more.',
    mend: 'Look into the log of the server.',
  },
  {
    code: 'CALL_STOPPED',
    what: 'A function of the module ran for longer than one may (`callMsMax`) and was stopped by force; all that it wrote is undone. The log names the function, its sender and where it is defined.',
    mend: 'Look for a loop that does not end, or do the work in parts; raise the limit only for a world that can stand still so long.',
  },
  {
    code: 'CALL_RUN_AGAIN',
    what: 'In the log: a function was stopped, but its process had less than half of that time on a processor. What it wrote is undone, and it is run once more.',
    mend: 'Give the machine to fewer programs: the whole world stood still meanwhile.',
  },
  {
    code: 'DISK_FULL',
    what: 'The disk of the data folder is full. Calls are not run, new clients are turned away, timers and systems wait; what is there can still be read and subscribed to, and nothing that was confirmed is lost.',
    mend: 'Operators: make room on the disk; the server looks each second and goes on by itself. Clients: try again later.',
  },
  {
    code: 'CALL_SUSPENDED',
    what: 'A function was stopped three times within a minute for one sender, or six times for all: it is not run for that sender, or for anybody, during 30 seconds. Calls of it fail with this code and change nothing.',
    mend: 'Mend the function: the log says which it is.',
  },
  {
    code: 'TOO_MANY_CALLS',
    what: 'More calls of one client wait for the tick than may (`callsWaitingMax`); this one was not run.',
    mend: 'Wait for results before sending more, or raise the limit.',
  },
  {
    code: 'TOO_MANY_QUERIES',
    what: 'More one-off queries of one client wait than may (`queriesWaitingMax`).',
    mend: 'Wait for answers before asking more, or subscribe.',
  },
  {
    code: 'RATE_LIMITED',
    what: 'A client sent more messages, bytes or calls a second than it may; the message names the limit. Floods are closed.',
    mend: 'Send less, put several calls into one message, or raise the limit.',
  },
  {
    code: 'TOO_MANY_RESULTS',
    what: 'Results and answers that a client has not confirmed by a receipt pass `resultsKeptMax` or `privateBytesMax`.',
    mend: 'Send receipts; the client library does. The connection may be resumed.',
  },
  {
    code: 'ANSWER_TOO_LARGE',
    what: 'The answer to a one-off query is larger than what may wait for one client (`privateBytesMax`).',
    mend: 'Narrow the query, or subscribe to it: subscriptions come in pages.',
  },
  {
    code: 'EMPTY_SUBSCRIPTION',
    what: 'A subscription holds no query.',
    mend: 'Name at least one.',
  },
  {
    code: 'TEXT_MESSAGE',
    what: 'A client sent a text message; the protocol is binary.',
    mend: 'Use the client library, or set the socket to binary.',
  },
  {
    code: 'MESSAGE_TOO_LONG',
    what: 'A client message has more bytes than it may (`messageBytesMax`).',
    mend: 'Split it, or raise the limit.',
  },
  {
    code: 'HELLO_EXPECTED',
    what: 'The first item of a connection is not a hello.',
    mend: 'Send the hello first; the client library does.',
  },
  {
    code: 'HELLO_TWICE',
    what: 'A connection sent a second hello.',
    mend: 'Open a new connection for another identity.',
  },
  {
    code: 'ALREADY_CONNECTED',
    what: "The module lets an identity have one connection (`sessions: 'oldest'`), and there is one.",
    mend: 'Close the other connection first; one that has lost its link is no hindrance.',
  },
  {
    code: 'HELLO_TIMEOUT',
    what: 'No hello came within `handshakeMs` after the socket was opened.',
    mend: 'Send the hello at once; on slow links raise the limit.',
  },
  {
    code: 'UNSUPPORTED_VERSION',
    what: 'Client and server speak different versions of the protocol.',
    mend: 'Update the older one.',
  },
  {
    code: 'BAD_CALL_SEQUENCE',
    what: 'The sequence of a call does not follow the one before.',
    mend: 'Number the calls of a connection 1, 2, 3, …, resumes included.',
  },
  {
    code: 'CONNECTION_REFUSED',
    what: 'clientConnected threw: the module does not want this client. The message is its own.',
    mend: 'See the message.',
  },
  {
    code: 'REPLACED',
    what: 'The connection was resumed on another socket.',
    mend: 'Nothing: the newer socket goes on.',
  },
  {
    code: 'SLOW_CLIENT',
    what: 'A client takes its messages too slowly (`lagMsHard`).',
    mend: 'Resume; the missed changes come as one update. Watch less, or raise the limits.',
  },
  {
    code: 'TOO_MANY_CONNECTIONS',
    what: 'The server, or one address, has as many connections as it may; the message names the limit.',
    mend: 'Come back later, or raise the limit.',
  },
  {
    code: 'TOO_MANY_JOINS',
    what: 'More clients want to join than the server lets in within joinWaitMsMax; the message says when to come back.',
    mend: 'The client library comes back by itself. If it lasts, the server is overloaded, or joinsPerSecond too low.',
  },
  {
    code: 'RESTARTING',
    what: 'The server is going down and takes no more connections.',
    mend: 'Come back in a moment; the client library does.',
  },
  {
    code: 'GOODBYE',
    what: 'The client said goodbye, and the server closed the socket.',
    mend: 'Nothing.',
  },
  {
    code: 'UNKNOWN_DATABASE',
    what: 'The URL names a database that this server does not have.',
    mend: 'Check the name; `GET /v1/health` tells it.',
  },
  {
    code: 'UNKNOWN_SUBPROTOCOL',
    what: 'A WebSocket was asked for without the subprotocol of this server.',
    mend: 'Use a client library of the same version.',
  },
  {
    code: 'FORBIDDEN_ORIGIN',
    what: 'A page of another origin asked for a WebSocket.',
    mend: 'Name the origin in `allowedOrigins` of the server.',
  },
  {
    code: 'UPGRADE_REQUIRED',
    what: 'A plain HTTP request came to the address of the WebSocket.',
    mend: 'Connect with a WebSocket client.',
  },
  {
    code: 'NOT_FOUND',
    what: 'There is nothing at this address.',
    mend: 'Check the path.',
  },
  {
    code: 'METHOD_NOT_ALLOWED',
    what: 'Files can be read only.',
    mend: 'Use GET or HEAD.',
  },
  {
    code: 'SOCKETS_NOT_BUILT',
    what: 'uWebSockets.js has no build that fits this Node and system.',
    mend: 'Use Node 20, or Node 22, 24 or 25 on a system with glibc 2.38 or newer.',
  },
  {
    code: 'SOCKET_THREADS',
    what: 'Several threads cannot listen on one port on this system.',
    mend: 'Use one socket thread, or Linux, where the kernel deals connections out among them.',
  },
  {
    code: 'SOCKET_THREAD_FAILED',
    what: 'A thread with sockets failed by a fault of the server, which ends by it.',
    mend: 'Start the server again, as its watchdog does by itself: what was confirmed is kept. Report the line of the log; until it is mended do without `--socket-threads`.',
  },
  {
    code: 'ENDED_BY_MODULE',
    what: 'The module has ended the connection with `ctx.disconnect`; the message is its reason.',
    mend: 'It is for the module to say. A new connection is let in unless its `clientConnected` refuses.',
  },
  {
    code: 'ENDED_BY_SERVER',
    what: 'The server has ended the connection.',
    mend: 'See the message.',
  },
  {
    code: 'MODULE_NOT_FOUND',
    what: 'The folder given as a module is not there, or has no src/index.ts.',
    mend: 'Give the folder of a module with --module-path, not a file in it.',
  },
  {
    code: 'MODULE_BUILD_FAILED',
    what: 'The sources of a module cannot be bundled: a syntax error, or an import that leads nowhere.',
    mend: 'Mend the source at the place that the error names; `npx tsc --noEmit -p my-module` shows type errors once the module has a tsconfig.json.',
  },
  {
    code: 'MODULE_IMPORT_REFUSED',
    what: 'A module imports a part of Node.',
    mend: 'Import packages that need nothing of Node; time and randomness are in ctx.',
  },
  {
    code: 'MODULE_LOAD_ENDLESS',
    what: 'The top level of a module did not end in time.',
    mend: 'Leave only definitions at the top level; fill tables in init.',
  },
  {
    code: 'MODULE_LOAD_FAILED',
    what: 'A module threw while it was loaded.',
    mend: 'Mend what the error names; nothing but definitions belongs into the top level of a module.',
  },
  {
    code: 'MODULE_BUILTIN_CHANGED',
    what: 'A module overwrote a function of the language (`Array.prototype.push`), which the store in its context is made of. It is not loaded; when it does so later, the server ends.',
    mend: 'Leave what is of the language as it is; add functions of your own beside it.',
  },
  {
    code: 'MODULE_NOT_ALLOWED',
    what: 'A module used the wall clock, unseeded randomness, a timer or the network.',
    mend: 'Use ctx.timestamp, ctx.random and schedule tables.',
  },
  {
    code: 'START_HOOK_FAILED',
    what: 'init or started threw, so the world did not start.',
    mend: 'Mend the hook: a world starts only when it has run to its end.',
  },
  {
    code: 'DATABASE_NAME',
    what: 'The name of a database cannot stand in an address.',
    mend: 'Give a name of at most 63 letters, digits, "-", "_" and "." with --name.',
  },
  {
    code: 'DATA_DIR_IN_USE',
    what: 'Another server runs on the data folder.',
    mend: 'Stop that server, or give this one a folder of its own with --data-dir.',
  },
  {
    code: 'DATA_DIR_FOREIGN',
    what: 'The folder named by --data-dir holds files, and no world: a world is not written among the files of something else.',
    mend: 'Name a folder that is new or empty, or that of a world.',
  },
  {
    code: 'DATA_DIR_UNUSABLE',
    what: 'The data folder cannot be made or written.',
    mend: 'Give a folder that the user may write with --data-dir.',
  },
  {
    code: 'DATA_FILE_BROKEN',
    what: 'A file of the data folder cannot be read.',
    mend: 'Restore it from a backup, or start with another --data-dir.',
  },
  {
    code: 'LOG_CHECKSUM_MISMATCH',
    what: 'A record in the middle of the commit log is not what was written; good records follow it.',
    mend: 'Restore the file from a backup, or restart with --cut-log-at and the number of the record to lose it and all after it.',
  },
  {
    code: 'LOG_SEGMENT_MISSING',
    what: 'A file in the middle of the commit log is not there.',
    mend: 'Restore the file from a backup, or restart with --cut-log-at and the number of its first record to lose it and all after it.',
  },
  {
    code: 'LOG_SEQUENCE_GAP',
    what: 'The commit log leaves out records.',
    mend: 'Restore the folder from a backup, or restart with --cut-log-at and the number of the first record that is left out.',
  },
  {
    code: 'LOG_RECORD_MALFORMED',
    what: 'A record of the commit log has a fitting checksum, but its content cannot be read.',
    mend: 'Start the version of the server that wrote the log.',
  },
  {
    code: 'LOG_START_MISSING',
    what: 'The commit log begins behind the record from which on it is needed, or holds nothing.',
    mend: 'Restore the folder from a backup, or bring back the snapshot that the log follows.',
  },
  {
    code: 'LOG_ENDS_EARLY',
    what: 'A snapshot holds records that the commit log has lost: the disk did not keep what it had acknowledged.',
    mend: 'Check the disk. Restart with --cut-log-at and the number that the error names to go on from the snapshot.',
  },
  {
    code: 'LOG_FILE_FOREIGN',
    what: 'A file of the commit log has the name of a segment, but is none, or another one.',
    mend: 'Move the file to another folder.',
  },
  {
    code: 'LOG_FORMAT_UNKNOWN',
    what: 'The commit log was written in a format that this server does not know.',
    mend: 'Start the version of the server that wrote it.',
  },
  {
    code: 'LOG_READ_FAILED',
    what: 'The disk does not give a part of the commit log.',
    mend: 'Check the disk and the rights of the user, or restore the folder from a backup.',
  },
  {
    code: 'LOG_WRITE_FAILED',
    what: 'The disk refused a part of the commit log. Nothing is confirmed any more and the server ends: after a failed sync a second one would claim success.',
    mend: 'Check the disk, then start again: everything that was confirmed is recovered.',
  },
  {
    code: 'LOG_DISK_FULL',
    what: 'The disk has no room for the commit log at the start or at the end, or for more than may wait for room.',
    mend: 'Make room on the disk, then start again: everything that was confirmed is recovered.',
  },
  {
    code: 'LOG_RECORD_TOO_LARGE',
    what: 'The changes of one tick are more than one record of the commit log holds.',
    mend: 'Change fewer rows in one call, or spread the work over several ticks.',
  },
  {
    code: 'LOG_CUT_IMPOSSIBLE',
    what: 'The order --cut-log-at names another record than the one with which the damage of the commit log begins.',
    mend: 'Give the number that the error names, or leave the order out.',
  },
  {
    code: 'PORT_IN_USE',
    what: 'The port is in use by another program.',
    mend: 'Stop that program, or choose another port with --port; 0 takes a free one.',
  },
  {
    code: 'LISTEN_FAILED',
    what: 'The server cannot listen at its address.',
    mend: 'Give an address of this machine with --host, and a port that the user may open with --port.',
  },
  {
    code: 'CLI_COMMAND_UNKNOWN',
    what: 'The command line names no command, or one that there is not.',
    mend: 'See `tickbase --help`.',
  },
  {
    code: 'STOPPED_IN_SERVER',
    what: "At `tickRate: 0` the process stood still for a second or more just while the server's own work was under the time limit of the calls beside it. It may be cut in half, so the server ends as by a fault.",
    mend: 'Give the machine to fewer programs, or the process more memory if it was collecting garbage. `tickbase start` starts the server again.',
  },
  {
    code: 'SERVER_SILENT',
    what: 'The tick thread of a server said nothing for as long as `--watchdog` says: its process was ended and is started again.',
    mend: 'Look for built-ins that work on very much at once (`Float64Array.sort`, `Array.fill`), which no limit can stop; do the work in parts.',
  },
  {
    code: 'SERVER_ENDED',
    what: 'The process of a server ended by a fault or was ended from outside, and is started again.',
    mend: 'See the log before that line. SIGABRT is what Node does when its memory is spent, SIGKILL what the system does then.',
  },
  {
    code: 'SERVER_GIVEN_UP',
    what: 'A server ended more than five times within ten minutes; it is not started again, and `tickbase start` ends with status 3.',
    mend: 'Mend what ends it: each end has a line of its own in the log.',
  },
  {
    code: 'CLI_FLAG_UNKNOWN',
    what: 'The command line has a flag that the command does not know.',
    mend: "See the command's --help.",
  },
  {
    code: 'CLI_ARGUMENT_UNKNOWN',
    what: 'The command line has an argument that belongs to no flag.',
    mend: "See the command's --help.",
  },
  {
    code: 'CLI_ARGUMENT_MISSING',
    what: 'The command line lacks an argument that the command needs.',
    mend: "See the command's --help.",
  },
  {
    code: 'CLI_VALUE_MISSING',
    what: 'A flag stands without its value.',
    mend: "See the command's --help.",
  },
  {
    code: 'CLI_VALUE',
    what: 'The value of a setting is not one that it can have.',
    mend: 'The error names the setting, who gave it, and what is possible.',
  },
  {
    code: 'CLI_MODULE_MISSING',
    what: '`tickbase start` was not told which module to run.',
    mend: 'Give --module-path, TICKBASE_MODULE_PATH, or "modulePath" in tickbase.json.',
  },
  {
    code: 'CLI_CONFIG_FILE',
    what: 'The settings file cannot be read, or has something in it that is no setting.',
    mend: 'Give a JSON object with the settings that `tickbase start --help` lists.',
  },
  {
    code: 'LOADTEST_NOT_LOOPBACK',
    what: 'A load test was pointed at another machine.',
    mend: 'Run it on the machine of the server, with 127.0.0.1, [::1] or localhost.',
  },
  {
    code: 'LOADTEST_TARGET',
    what: 'A load test was pointed at no Tickbase server, or at one whose module is not that of its scenario.',
    mend: 'Give --uri the address that the server prints, and --scenario the one that its module is for.',
  },
] as const satisfies readonly ErrorCode[];
