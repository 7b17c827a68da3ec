import { isWellFormed } from '@tickbase/base';
import type { TypePlan } from '../plan/type-plan.ts';
import { isBytes } from './is-bytes.ts';

/** Why `value` is no value of `type`, as the end of a sentence with the place in it; null: it is one. */
export function valueProblem(type: TypePlan, value: unknown, path = 'it'): string | null {
  const problem = findValueProblem(type, value, path);
  return problem && `${problem.where} ${problem.what}`;
}

/** What is wrong with a value. `where` is its place, as in `args.items[3].name`, and `what` goes on with the sentence. */
export interface ValueProblem {
  readonly code: string;
  readonly where: string;
  readonly what: string;
  readonly mend: string;
}

/**
 * The first part of `value` that is not what `type` allows; null: there is none. Values of another realm are as good as those of this one.
 *   floatCode   of a number in a float's place: why it may not be there; null: it may
 */
export function findValueProblem(
  type: TypePlan,
  value: unknown,
  where: string,
  floatCode: (kind: 'f32' | 'f64', value: number) => string | null = () => null,
): ValueProblem | null {
  const { kind } = type;
  const problem = (code: string, what: string, mend: string): ValueProblem => ({ code, where, what, mend });
  const unless = (isGood: boolean, wanted: string, code = 'VALUE_TYPE'): ValueProblem | null =>
    isGood ? null : problem(code, `should be ${wanted}, not ${shown(value)}`, `give ${wanted}`);
  const unlessIn = (isGood: boolean, number: unknown, range: string, code = 'VALUE_RANGE'): ValueProblem | null =>
    isGood ? null : problem(code, `is ${number}, and ${kind} holds ${range}`, 'keep to that, or widen the type');
  const member = (key: string): unknown => (isRecord(value) ? value[key] : undefined);
  const first = (parts: readonly (readonly [TypePlan, unknown, string])[]): ValueProblem | null => {
    for (const [partType, part, path] of parts) {
      const found = findValueProblem(partType, part, where + path, floatCode);
      if (found !== null) return found;
    }
    return null;
  };
  const tagged = (variants: readonly { readonly name: string; readonly type: TypePlan }[]): ValueProblem | null => {
    const tag = member('tag');
    const variant = variants.find(({ name }) => name === tag);
    const wanted = `{ tag } of ${variants.map(({ name }) => name).join(', ')}`;
    if (variant === undefined) return unless(false, wanted, typeof tag === 'string' ? 'VALUE_TAG' : 'VALUE_TYPE');
    return variant.type.kind === 'unit' ? null : first([[variant.type, member('value'), '.value']]);
  };
  const integer = (number: bigint | number, bits: number, isSigned: boolean): ValueProblem | null => {
    const span = 1n << BigInt(bits);
    const min = isSigned ? -span / 2n : 0n;
    const max = min + span - 1n;
    return unlessIn(number >= min && number <= max, number, `${min} to ${max}`);
  };

  switch (kind) {
    case 'bool':
      return unless(typeof value === 'boolean', 'true or false');
    case 'string':
      if (typeof value !== 'string') return unless(false, 'a text');
      if (isWellFormed(value)) return null;
      return problem(
        'VALUE_TEXT',
        'has half of a surrogate pair, which UTF-8 cannot express',
        'cut texts between characters; `toWellFormed()` replaces what is broken',
      );
    case 'f32':
    case 'f64': {
      if (typeof value !== 'number') return unless(false, 'a number');
      const code = floatCode(kind, value);
      return unlessIn(code === null, value, 'finite numbers', code ?? undefined);
    }
    case 'bytes':
      return unless(isBytes(value), 'a Uint8Array');
    case 'unit':
      return unless(value === undefined || typeof value === 'object', 'an empty object');
    case 'option':
      return value === undefined || value === null ? null : first([[type.of, value, '']]);
    case 'array':
      if (!Array.isArray(value)) return unless(false, 'an array');
      return first(value.map((item, place) => [type.of, item, `[${place}]`]));
    case 'object': {
      const names = type.fields.map(({ name }) => name);
      if (!isRecord(value)) return unless(false, `an object with ${names.join(', ') || 'nothing in it'}`);
      const unknown = Object.keys(value).find((name) => !names.includes(name));
      if (unknown === undefined) {
        return first(type.fields.map((field) => [field.type, value[field.name], `.${field.name}`]));
      }
      const mend = `leave it out; there are ${names.join(', ') || 'none'}`;
      return problem('VALUE_TYPE', `has a field ${unknown}, which its type has not`, mend);
    }
    case 'enum':
      return tagged(type.variants);
    case 'result':
      return tagged([
        { name: 'ok', type: type.ok },
        { name: 'err', type: type.err },
      ]);
    case 'scheduleAt':
      return tagged([
        { name: 'Interval', type: { kind: 'timeDuration' } },
        { name: 'Time', type: { kind: 'timestamp' } },
      ]);
    case 'identity':
    case 'connectionId':
    case 'uuid':
    case 'timestamp':
    case 'timeDuration': {
      const [wanted, key, bits] = BOXED[kind];
      const number = member(key);
      return typeof number === 'bigint' ? integer(number, bits, bits === 64) : unless(false, wanted);
    }
    default: {
      const bits = Number(kind.slice(1));
      const isBig = bits >= 64;
      if (typeof value !== (isBig ? 'bigint' : 'number')) return unless(false, isBig ? 'a bigint' : 'a whole number');
      const number = value as bigint | number;
      return isBig || Number.isInteger(number)
        ? integer(number, bits, kind.startsWith('i'))
        : unlessIn(false, number, 'whole numbers');
    }
  }
}

/** What each is called, the member in which it keeps its number, and the number's width; those of 64 bits are signed. */
const BOXED = {
  identity: ['an Identity', '__identity__', 256],
  connectionId: ['a ConnectionId', '__connection_id__', 128],
  uuid: ['a Uuid', '__uuid__', 128],
  timestamp: ['a Timestamp', '__timestamp_micros_since_unix_epoch__', 64],
  timeDuration: ['a TimeDuration', '__time_duration_micros__', 64],
} as const;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as a few words; it may be anything, so none of its own functions is called. */
function shown(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'an array' : 'an object';
}
