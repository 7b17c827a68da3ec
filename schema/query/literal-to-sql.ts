import { queryError } from '../errors/query-error.ts';
import type { TypePlan } from '../plan/type-plan.ts';
import type { ConnectionId } from '../values/connection-id.ts';
import { hexFromBigInt } from '../values/hex-from-big-int.ts';
import type { Identity } from '../values/identity.ts';
import type { TimeDuration } from '../values/time-duration.ts';
import type { Timestamp } from '../values/timestamp.ts';
import { Uuid } from '../values/uuid.ts';
import { valueProblem } from '../values/value-problem.ts';
import type { Literal } from './query.ts';

/** A literal as SQL text; literalFromToken reads it back. Throws QUERY_INVALID for a value that the column's type has not. */
export function literalToSql(literal: Literal, type: TypePlan, where: string): string {
  if (literal.kind === 'sender') return ':sender';
  const { value } = literal;
  const problem = valueProblem(type, value);
  if (problem !== null) throw queryError('QUERY_INVALID', where, `the value does not fit the column: ${problem}`);
  switch (type.kind) {
    case 'bool':
      return value === true ? 'TRUE' : 'FALSE';
    case 'string':
      return quoted(value as string);
    case 'enum':
      return quoted((value as { tag: string }).tag);
    case 'identity':
      return `0x${hexFromBigInt((value as Identity).__identity__, 64)}`;
    case 'connectionId':
      return `0x${hexFromBigInt((value as ConnectionId).__connection_id__, 32)}`;
    case 'uuid':
      return quoted(new Uuid((value as Uuid).__uuid__).toString());
    case 'timestamp':
      return String((value as Timestamp).__timestamp_micros_since_unix_epoch__);
    case 'timeDuration':
      return String((value as TimeDuration).__time_duration_micros__);
    case 'bytes':
      return `0x${Array.from(value as Uint8Array, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
    case 'f32':
    case 'f64':
      if (!Number.isFinite(value)) throw queryError('QUERY_INVALID', where, `${String(value)} cannot be compared with`);
      return String(value);
    default:
      return String(value);
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
