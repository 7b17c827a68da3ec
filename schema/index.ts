export type {
  Db,
  InterestCtx,
  JsonObject,
  JsonPart,
  JwtClaims,
  Random,
  ReducerCtx,
  SenderAuth,
  Tables,
} from './module/reducer-ctx.ts';
export type { InterestCentre, Place } from './module/interest-centre.ts';
export type { ModuleConsole } from './module/module-console.ts';
export type { ModuleFunction, Reducer } from './module/reducer.ts';
export {
  type CaseConversionPolicy,
  type HookOptions,
  type InferSchema,
  type ReducerOptions,
  type Schema,
  schema,
  type SchemaOptions,
} from './module/schema.ts';
export { SenderError } from './module/sender-error.ts';
export type { InsertOf, RowOf, ViewOf } from './handles/row-types.ts';
export type { Circle, ReadonlyTableHandle, TableHandle } from './handles/table-handle.ts';
export type { ConstraintOptions, IndexOptions, SpatialOptions, TableOptions } from './tables/table-options.ts';
export { type Table, table, type TableLike } from './tables/table.ts';
export type { AnyColumn, Column } from './types/column.ts';
export type { EnumValue } from './types/enum-shape.ts';
export type { ColumnShape, Infer, ShapeValue } from './types/infer.ts';
export type { Mistake } from './types/mistake.ts';
export { type ResultValue, t } from './types/t.ts';
export { ConnectionId } from './values/connection-id.ts';
export { Identity } from './values/identity.ts';
export { type Bound, Range } from './values/range.ts';
export { ScheduleAt } from './values/schedule-at.ts';
export { TimeDuration } from './values/time-duration.ts';
export { Timestamp } from './values/timestamp.ts';
export { Uuid } from './values/uuid.ts';
