import { installConsole } from '../../transactions/index.ts';

/** The module's `console` writes here, from the first line of its top level on. */
export const moduleLog = installConsole(globalThis);
