import type { ErrorCode } from './error-code.ts';

export const WIRE_CODES = [] as const satisfies readonly ErrorCode[];
