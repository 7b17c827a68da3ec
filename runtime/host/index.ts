export { loadModule, type LoadedModule } from './load-module.ts';
export type { PortOrigin } from './listen.ts';
export type { ObservedTick } from './observed-tick.ts';
export type { RunningServer } from './running-server.ts';
export { serverLog, type ServerLogOptions } from './server-log.ts';
export { startServer, type ServerOptions } from './start-server.ts';
export { stopOnSignals } from './stop-on-signals.ts';
