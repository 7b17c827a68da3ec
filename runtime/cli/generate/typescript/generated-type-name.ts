/** The name in generated code of a type that the module calls `name`: `RecordValue` where a generated file has a `Record` already. */
export function generatedTypeName(name: string): string {
  return isTakenName(name) ? `${name}Value` : name;
}

export function isTakenName(name: string): boolean {
  return TAKEN.has(name);
}

/** Names that generated files import or declare themselves. */
const TAKEN: ReadonlySet<string> = new Set([
  'ConnectionId',
  'DbConnection',
  'DbConnectionBase',
  'DbConnectionBuilder',
  'ErrorContext',
  'ErrorContextOf',
  'EventContext',
  'EventContextOf',
  'EventTable',
  'Identity',
  'KeyedRemoteTable',
  'ModuleTypes',
  'PointIndex',
  'Promise',
  'RangeIndex',
  'Record',
  'ReducerDefinition',
  'ReducerEventContext',
  'ReducerEventContextOf',
  'RemoteModule',
  'RemoteReducers',
  'RemoteTable',
  'RemoteTables',
  'RemoteTypes',
  'ScheduleAt',
  'SubscriptionEventContext',
  'SubscriptionEventContextOf',
  'SubscriptionHandle',
  'SubscriptionHandleOf',
  'TableDefinition',
  'TableRows',
  'TimeDuration',
  'Timestamp',
  'TypePlan',
  'Uint8Array',
  'UniqueIndex',
  'Uuid',
]);
