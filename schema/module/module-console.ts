/**
 * The `console` of a module, whose lines go to the server's log: the one thing that its context has beside the language. Declared here, since a
 * module is checked without the types of a browser or of Node; where those are there, too, the two are one.
 */
export interface ModuleConsole {
  log(...values: unknown[]): void;
  info(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
  debug(...values: unknown[]): void;
  trace(...values: unknown[]): void;
  assert(condition?: unknown, ...values: unknown[]): void;
  /** Lines until `groupEnd` are indented by two spaces more. */
  group(...values: unknown[]): void;
  groupEnd(): void;
}

declare global {
  interface Console extends ModuleConsole {}
  var console: Console;
}
