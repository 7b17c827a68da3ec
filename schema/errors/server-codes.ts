import type { ErrorCode } from './error-code.ts';

export const SERVER_CODES = [] as const satisfies readonly ErrorCode[];
