import type { ErrorCode } from './error-code.ts';

export const CLIENT_CODES = [] as const satisfies readonly ErrorCode[];
