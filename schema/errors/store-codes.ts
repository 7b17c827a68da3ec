import type { ErrorCode } from './error-code.ts';

export const STORE_CODES = [] as const satisfies readonly ErrorCode[];
