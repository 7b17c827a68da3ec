import type { Row } from '../cache/row.ts';

/**
 * What a query's rows are at one moment, and whether its first rows have all come. Immutable: as long as nothing has changed, it is the same
 * object with the same array.
 */
export type QuerySnapshot = readonly [rows: readonly Row[], isReady: boolean];

/** Of a query that nobody watches: before the first effect, on a server, while it is not enabled. */
export const PENDING: QuerySnapshot = Object.freeze([Object.freeze([]), false] as const);
