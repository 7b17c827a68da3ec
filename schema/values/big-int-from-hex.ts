import { queryError } from '../errors/query-error.ts';

/** Reads exactly `digits` hex digits, most significant first, with or without 0x. `what` names the class for the error. */
export function bigIntFromHex(text: string, digits: number, what: string): bigint {
  const hex = text.startsWith('0x') || text.startsWith('0X') ? text.slice(2) : text;
  if (hex.length !== digits || !/^[0-9a-fA-F]+$/.test(hex)) {
    throw queryError('VALUE_CLASS_INVALID', what, `“${text.slice(0, 80)}” is not ${digits} hex digits`);
  }
  return BigInt(`0x${hex}`);
}
