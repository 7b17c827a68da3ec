import type { ErrorCode } from './error-code.ts';

export const SCHEMA_CODES = [] as const satisfies readonly ErrorCode[];
