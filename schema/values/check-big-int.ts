import { queryError } from '../errors/query-error.ts';

/** Returns `value` if it is a bigint from `min` to `max`; else throws VALUE_CLASS_INVALID, naming the class `what`. */
export function checkBigInt(value: unknown, min: bigint, max: bigint, what: string): bigint {
  if (typeof value !== 'bigint') {
    throw queryError('VALUE_CLASS_INVALID', what, `it was given a ${typeof value} instead of a bigint`);
  }
  if (value < min || value > max) {
    throw queryError('VALUE_CLASS_INVALID', what, `${value} is out of its range, ${min} to ${max}`);
  }
  return value;
}
