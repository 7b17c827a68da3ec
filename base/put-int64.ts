/**
 * Writes `value`, an integer from -2^53 to 2^53, as an i64 at `at`, where there is room. For numbers that are never big integers: to store one of
 * those is a call into the engine. Returns the place behind it.
 */
export function putInt64(bytes: Uint8Array, at: number, value: number): number {
  const high = Math.floor(value / 0x1_0000_0000);
  const low = value - high * 0x1_0000_0000;
  bytes[at] = low;
  bytes[at + 1] = low >>> 8;
  bytes[at + 2] = low >>> 16;
  bytes[at + 3] = low >>> 24;
  bytes[at + 4] = high;
  bytes[at + 5] = high >> 8;
  bytes[at + 6] = high >> 16;
  bytes[at + 7] = high >> 24;
  return at + 8;
}
