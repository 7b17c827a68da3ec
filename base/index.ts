export { assert } from './assert.ts';
export { Fault } from './fault.ts';
export { TickbaseError, type ErrorReport } from './tickbase-error.ts';
