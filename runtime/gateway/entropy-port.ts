/** Unpredictable bytes for connection ids and resume tokens: the operating system's in service, seeded in simulations. */
export interface Entropy {
  /** A new array of `length` random bytes. */
  bytes(length: number): Uint8Array;
}
