/** A copy of `array` of at least `length` elements, at least doubled; new elements are 0. The array itself when it is long enough. */
export function grownTo<A extends Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array>(
  array: A,
  length: number,
): A {
  if (array.length >= length) return array;
  const longer = new (array.constructor as new (length: number) => A)(Math.max(length, array.length * 2, 16));
  longer.set(array);
  return longer;
}
