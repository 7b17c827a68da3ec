import type { TypePlan } from '../plan/type-plan.ts';
import { ConnectionId } from '../values/connection-id.ts';
import { Identity } from '../values/identity.ts';
import { microsFromIso } from '../values/micros-from-iso.ts';
import { I64_MAX, I64_MIN } from '../values/i64.ts';
import { TimeDuration } from '../values/time-duration.ts';
import { Timestamp } from '../values/timestamp.ts';
import { Uuid } from '../values/uuid.ts';
import { valueProblem } from '../values/value-problem.ts';
import type { Literal } from './query.ts';
import type { SqlToken } from './sql-token.ts';

const DECIMAL_DIGITS_MAX = 80; // 2^256 has 78

/** The value that a word stands for in a comparison with a column of `type`; null: none. */
export function literalFromToken(token: SqlToken, type: TypePlan): Literal | null {
  if (token.kind === 'parameter') {
    return token.text === ':sender' && type.kind === 'identity' ? { kind: 'sender' } : null;
  }
  const value = valueOf(token, type);
  if (value === undefined || valueProblem(type, value) !== null) return null;
  return { kind: 'value', value };
}

function valueOf(token: SqlToken, type: TypePlan): unknown {
  const { kind, text } = token;
  switch (type.kind) {
    case 'bool':
      return kind === 'keyword' && (text === 'TRUE' || text === 'FALSE') ? text === 'TRUE' : undefined;
    case 'string':
      return kind === 'text' ? text : undefined;
    case 'enum':
      return kind === 'text' ? { tag: text } : undefined;
    case 'uuid':
      return kind === 'text' && /^[0-9a-fA-F-]{32,36}$/.test(text) && text.replaceAll('-', '').length === 32
        ? Uuid.parse(text)
        : undefined;
    case 'identity':
      return kind === 'hex' && text.length === 66 ? new Identity(text) : undefined;
    case 'connectionId':
      return kind === 'hex' && text.length === 34 ? ConnectionId.fromString(text) : undefined;
    case 'bytes':
      return kind === 'hex' && text.length % 2 === 0 ? bytesOf(text.slice(2)) : undefined;
    case 'timestamp': {
      const micros = kind === 'text' ? microsFromIso(text) : integerOf(token);
      return micros === null || !isI64(micros) ? undefined : new Timestamp(micros);
    }
    case 'timeDuration': {
      const micros = integerOf(token);
      return micros === null || !isI64(micros) ? undefined : new TimeDuration(micros);
    }
    case 'f32':
    case 'f64': {
      const value = kind === 'number' ? Number(text) : Number.NaN;
      return Number.isFinite(value) ? value : undefined;
    }
    default: {
      const integer = integerOf(token);
      if (integer === null) return undefined;
      return Number(type.kind.slice(1)) >= 64 ? integer : Number(integer);
    }
  }
}

function integerOf({ kind, text }: SqlToken): bigint | null {
  if (kind !== 'number' || text.length > DECIMAL_DIGITS_MAX || !/^-?\d+$/.test(text)) return null;
  return BigInt(text);
}

function isI64(value: bigint): boolean {
  return value >= I64_MIN && value <= I64_MAX;
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
