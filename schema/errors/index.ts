export type { ErrorCode } from './error-code.ts';
export { ERROR_TABLE } from './error-table.ts';
