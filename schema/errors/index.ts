export type { ErrorCode } from './error-code.ts';
export { ERROR_TABLE } from './error-table.ts';
export { type SchemaCode, schemaError } from './schema-error.ts';
