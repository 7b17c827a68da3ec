export type { Row } from './cache/row.ts';
export type { ClientEvent, ReducerEvent } from './api/client-event.ts';
export { ConnectionMeter } from './api/connection-meter.ts';
export { type BuilderParts, DbConnectionBuilder } from './api/db-connection-builder.ts';
export { type ConnectionSetup, DbConnectionBase, type TickInfo } from './api/db-connection-base.ts';
export type {
  ErrorContextOf,
  EventContextOf,
  ReducerEventContextOf,
  SubscriptionEventContextOf,
} from './api/event-context.ts';
export type { PointIndex, RangeBounds, RangeIndex, UniqueIndex } from './api/index-handle.ts';
export type { ModuleTypes } from './api/module-types.ts';
export type { QueryInput, QueryText, SubscribeInput } from './api/query-input.ts';
export { SubscriptionBuilder } from './api/subscription-builder.ts';
export { SubscriptionHandle as SubscriptionHandleOf } from './api/subscription-handle.ts';
export type { LeaveReason } from './cache/row-change.ts';
export type { WatchedCell } from './cache/watched-cell.ts';
export type {
  DeleteCallback,
  EventTable,
  KeyedRemoteTable,
  RemoteTable,
  RowCallback,
  UpdateCallback,
} from './api/table-handle.ts';
export type { ConnectionEnvironment, Socket, SocketEvents } from './connection/connection-environment.ts';
export type { ConnectionState } from './connection/connection-state.ts';
export { defaultEnvironment } from './connection/default-environment.ts';
export type { Meter } from './connection/meter.ts';
export type { TokenSource } from './connection/token-keeper.ts';
export type { WebSocketFactory, WebSocketLike } from './connection/web-socket-like.ts';
export { ConnectionLost, type ConnectionLostCode } from './errors/connection-lost.ts';
export { InternalError } from './errors/internal-error.ts';
export { SenderError } from './errors/sender-error.ts';
export type { ParamDefinition, ReducerDefinition } from './module/reducer-definition.ts';
export type { RemoteModule } from './module/remote-module.ts';
export type { ColumnDefinition, IndexDefinition, TableDefinition } from './module/table-definition.ts';
export { TickbaseError } from '@tickbase/base';
export type { TypePlan } from '@tickbase/schema/plan';
export {
  type Bound,
  ConnectionId,
  Identity,
  Range,
  ScheduleAt,
  TimeDuration,
  Timestamp,
  Uuid,
} from '@tickbase/schema/values';
export { makeTables, type QueryTables } from './query/make-tables.ts';
export { and, BooleanExpr, ColumnExpr, not, or, sender, TableQuery } from '@tickbase/schema/query';
