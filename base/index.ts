export { assert } from './assert.ts';
export { ByteReader } from './byte-reader.ts';
export { ByteWriter } from './byte-writer.ts';
export type { Clock } from './clock.ts';
export { Fault } from './fault.ts';
export { Prng } from './prng.ts';
export { TickbaseError, type ErrorReport } from './tickbase-error.ts';
export { decodeUtf8, encodeUtf8Into, isUtf8, isWellFormed, utf8Length } from './utf8.ts';
