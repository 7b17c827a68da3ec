/** Writes `value`, an integer from 0 to 2^53 - 1, as LEB128 at `at`, where there is room for eight bytes. Returns the place behind it. */
export function putVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  // Bit operations hold 32 bits; above them the low seven bits are split off by division.
  while (rest > 0x7fff_ffff) {
    bytes[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  while (rest > 0x7f) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[at] = rest;
  return at + 1;
}
