import type { PortOrigin } from '../host/index.ts';

/** What can be set for `tickbase start`, in the order of its help. */
export const SETTINGS = [
  setting('modulePath', 'module-path', 'TICKBASE_MODULE_PATH', 'DIR', 'folder of the module, with src/index.ts'),
  setting('name', 'name', 'TICKBASE_NAME', 'DB', "the database's name (default: the folder's name)"),
  setting('host', 'host', 'TICKBASE_HOST', 'H', 'address to listen on (default: 127.0.0.1)'),
  setting('port', 'port', 'TICKBASE_PORT', 'N', 'port to listen on; 0 takes a free one (default: 3000)'),
  setting('dataDir', 'data-dir', 'TICKBASE_DATA_DIR', 'DIR', "data folder (default: .tickbase in the module's folder)"),
  setting('staticDir', 'static-dir', 'TICKBASE_STATIC_DIR', 'DIR', 'files to serve at / (default: none)'),
  setting(
    'workers',
    'workers',
    'TICKBASE_WORKERS',
    'N',
    'threads that encode beside the tick: auto (cores less two), or a number (default: auto)',
  ),
  setting(
    'socketThreads',
    'socket-threads',
    'TICKBASE_SOCKET_THREADS',
    'N',
    'threads that have the sockets to themselves; 0: the tick thread has them (default: 0)',
  ),
  setting(
    'callMsMax',
    'call-ms-max',
    'TICKBASE_CALL_MS_MAX',
    'MS',
    'time after which a function is stopped; 0: never (default: 500)',
  ),
  setting(
    'metrics',
    'metrics',
    'TICKBASE_METRICS',
    'WHO',
    'who may read the metrics: local, all, none (default: local)',
  ),
  setting(
    'logInputs',
    'log-inputs',
    'TICKBASE_LOG_INPUTS',
    'WHAT',
    'keep what clients call in the log, too: all, none (default: none)',
  ),
  setting(
    'overload',
    'overload',
    'TICKBASE_OVERLOAD',
    'WHAT',
    'clients are sent less when ticks take most of their time: on, off (default: on)',
  ),
  setting(
    'tlsCert',
    'tls-cert',
    'TICKBASE_TLS_CERT',
    'FILE',
    'certificate, PEM: sockets and HTTP are encrypted (default: they are not)',
  ),
  setting('tlsKey', 'tls-key', 'TICKBASE_TLS_KEY', 'FILE', 'its key, PEM'),
  setting(
    'issuers',
    'issuers',
    'TICKBASE_ISSUERS',
    'URLS',
    'issuers whose tokens are accepted, beside the server; separated by commas (default: none)',
  ),
  setting(
    'audience',
    'audience',
    'TICKBASE_AUDIENCE',
    'NAMES',
    'whom their tokens must be for, one of these; NAME@ISSUER for those of one issuer; separated by commas',
  ),
  setting(
    'admins',
    'admins',
    'TICKBASE_ADMINS',
    'WHO',
    'who may do what the owner may: identities, or claims as roles=admin, roles=admin@ISSUER; separated by commas (default: nobody)',
  ),
  setting('cutLogAt', 'cut-log-at', 'TICKBASE_CUT_LOG_AT', 'N', 'lose record N of a damaged log and all after it'),
  setting('watchdog', 'watchdog', 'TICKBASE_WATCHDOG', 'S', 'silence before a restart; 0: no watchdog (default: 10)'),
] as const;

export interface Setting {
  /** Its name in tickbase.json. */
  readonly key: SettingKey;
  readonly flag: string;
  readonly variable: string;
  /** What stands for the value in the help. */
  readonly placeholder: string;
  readonly what: string;
}

export type SettingKey =
  | 'modulePath'
  | 'name'
  | 'host'
  | 'port'
  | 'dataDir'
  | 'staticDir'
  | 'workers'
  | 'socketThreads'
  | 'callMsMax'
  | 'metrics'
  | 'logInputs'
  | 'overload'
  | 'tlsCert'
  | 'tlsKey'
  | 'issuers'
  | 'audience'
  | 'admins'
  | 'cutLogAt'
  | 'watchdog';

/** A setting's value as it was given, and by whom. */
export interface GivenSetting {
  readonly text: string;
  readonly origin: Exclude<PortOrigin, 'default' | 'program'>;
  /** For errors: `--port`, `TICKBASE_PORT`, `"port" in /srv/tickbase.json`. */
  readonly where: string;
  /** Folder that a relative path is relative to. */
  readonly folder: string;
}

function setting(key: SettingKey, flag: string, variable: string, placeholder: string, what: string): Setting {
  return { key, flag, variable, placeholder, what };
}
