/** Bytes of any realm: module code has a Uint8Array of its own, so `instanceof` would not do. */
export function isBytes(value: unknown): value is Uint8Array {
  return Object.prototype.toString.call(value) === '[object Uint8Array]';
}
