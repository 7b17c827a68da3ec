/** A non-negative integer as lower-case hex, most significant digit first, padded with zeros to `digits`. */
export function hexFromBigInt(value: bigint, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
