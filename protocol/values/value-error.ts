import { TickbaseError } from '@tickbase/base';
import type { TypePlan } from '@tickbase/schema/plan';
import { findValueProblem } from '@tickbase/schema/values';

/**
 * The error for a JavaScript value that the encoder refused: walks type and value again to name the place.
 * `path` names the root, as in `args.items[3].name`. The way that succeeds never comes here.
 */
export function valueError(
  type: TypePlan,
  value: unknown,
  path: string,
  fits: (kind: 'f32' | 'f64', value: number) => boolean,
): TickbaseError {
  const floatCode = (kind: 'f32' | 'f64', number: number): string | null =>
    fits(kind, number) ? null : Number.isFinite(number) ? 'VALUE_RANGE' : 'VALUE_NOT_FINITE';
  const problem = findValueProblem(type, value, path, floatCode) ?? {
    code: 'VALUE_RANGE',
    where: path,
    what: 'has too many items that take no bytes, or changed while it was encoded',
    mend: 'say how many by a number, and use plain values without getters',
  };
  return new TickbaseError({ ...problem, what: `a value ${problem.what}` });
}
