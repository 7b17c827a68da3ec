import type { Prng } from '@tickbase/base';
import type { TablePlan } from '@tickbase/schema/plan';
import { Identity } from '@tickbase/schema/values';
import { randomValue } from '../../runtime/transactions/testing/random-value.ts';
import { hiddenMark } from './hidden-marks.ts';

/** The land is a few cells wide, so that things meet. */
const LAND_M = 46;
const KEYS = 14;

/** Who may own rows: the identities that the walk's server gives, and one that nobody has. */
export function walkIdentity(n: number): Identity {
  return new Identity((BigInt(n + 1) << 190n) + BigInt(71 * n + 5));
}

/** A value for a column: keys out of few, places on a small land, the rest of any kind. */
export function randomColumnValue(prng: Prng, table: TablePlan, column: number): unknown {
  const { type, quantize, references, accessor, autoInc } = table.columns[column]!;
  const { spatial } = table;
  if (spatial?.kind === 'position') {
    if (column === spatial.space) return prng.int(0, 7) === 0 ? prng.int(1, 2) : 0;
    if (column === spatial.x || column === spatial.y) return fitted(type.kind, (prng.float() - 0.45) * LAND_M);
  }
  if (type.kind === 'identity') return walkIdentity(prng.int(0, IDENTITIES - 1));
  if (accessor === 'mark') return hiddenMark(prng.u32());
  if (autoInc) return type.kind === 'u64' ? BigInt(prng.int(0, KEYS)) : prng.int(0, KEYS);
  if (accessor.endsWith('Id') || references !== null || accessor.startsWith('part')) {
    return randomKey(prng, type.kind) ?? randomValue(prng, type);
  }
  if (quantize !== null) {
    if (prng.int(0, 40) === 0) return prng.pick([Number.NaN, Infinity, -Infinity, 1e9]);
    return fitted(type.kind, (prng.float() - 0.5) * (quantize.kind === 'angle' ? 14 : 9));
  }
  const value = randomValue(prng, type);
  const isIndexed = table.indexes.some(({ columns }) => columns.includes(column));
  if (type.kind === 'f64' && !isIndexed && prng.int(0, 15) === 0) return Number.NaN;
  return value;
}

/** More identities than clients at a time. */
export const IDENTITIES = 7;

function randomKey(prng: Prng, kind: string): unknown {
  if (/^[ui](8|16|32)$/.test(kind)) return prng.int(1, KEYS);
  if (/^[ui]\d+$/.test(kind)) return BigInt(prng.int(1, KEYS)) << (prng.int(0, 1) === 0 ? 0n : 37n);
  return undefined;
}

/** An f32 column holds what rounds to itself, and neither kind -0. */
function fitted(kind: string, value: number): number {
  return (kind === 'f32' ? Math.fround(value) : value) + 0;
}
