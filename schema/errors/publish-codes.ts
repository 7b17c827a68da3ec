import type { ErrorCode } from './error-code.ts';

export const PUBLISH_CODES = [
  {
    code: 'MIGRATION_REFUSED',
    what: 'The module does not fit the data: what it changes would lose something, or rows break a new rule. Nothing is changed; the old module goes on.',
    mend: 'Each refused step says its own; `tickbase publish --dry-run` shows them before.',
  },
  {
    code: 'PUBLISH_BREAKS_CLIENTS',
    what: 'A publish would disconnect clients whose generated code knows what it changes, and was not told that it may.',
    mend: 'Add instead of changing, or publish with --break-clients, and give players a client with the new bindings.',
  },
  {
    code: 'PUBLISH_BUSY',
    what: 'Another publish is being done, or the server is going down.',
    mend: 'Wait for its end; publish when the server runs again.',
  },
  {
    code: 'PUBLISH_NEEDS_RESTART',
    what: 'A running server cannot take over such a change: the tick rate.',
    mend: 'Stop the server and start it again with the new module; the data folder is migrated then.',
  },
  {
    code: 'CONTROL_NO_SERVER',
    what: 'No server runs on the data folder.',
    mend: 'Start one with `tickbase start`, or give the folder of the one that runs with --data-dir.',
  },
  {
    code: 'CONTROL_FORBIDDEN',
    what: 'The server of the data folder belongs to another user.',
    mend: 'Give the order as the user who started the server.',
  },
  {
    code: 'CONTROL_LOST',
    what: 'The server ended before it answered an order.',
    mend: 'See the log of the server; whether the order was done shows when it runs again.',
  },
  {
    code: 'CONTROL_ORDER',
    what: 'An order over the control socket of a data folder was not taken: its form is wrong, or there are too many.',
    mend: 'Use the `tickbase` command of the version that the server has.',
  },
  {
    code: 'CONTROL_FAILED',
    what: 'An order failed by a fault of the server, which goes on as before.',
    mend: 'See the log of the server.',
  },
  {
    code: 'CONTROL_PATH',
    what: 'The path of the data folder is longer than this system allows a Unix socket.',
    mend: 'Give a data folder with a shorter path with --data-dir.',
  },
] as const satisfies readonly ErrorCode[];
