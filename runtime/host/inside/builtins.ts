/**
 * Watches the parts of the language that the store and the transactions are made of, which they share with the module's code: a module that
 * overwrites one of them breaks its own world. They are watched, not frozen: on a frozen Array.prototype V8 spreads and maps arrays up
 * to 150 times slower (docs/decisions/0012-forced-stops.md).
 */
const { getOwnPropertyDescriptor, getPrototypeOf, is } = Object;
const { ownKeys } = Reflect;

/** The first that is not what it was when the context was made, as `Array.prototype.push`; null: all are. Uses nothing that can be overwritten. */
export function changedBuiltin(): string | null {
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    const now = getOwnPropertyDescriptor(part.owner, part.key);
    if (now === undefined || !is(now.value, part.value) || now.get !== part.get || now.set !== part.set)
      return part.name;
  }
  return ownKeys(Object.prototype).length === objectKeyCount ? null : 'Object.prototype';
}

interface Part {
  readonly owner: object;
  readonly key: PropertyKey;
  readonly name: string;
  readonly value: unknown;
  readonly get: unknown;
  readonly set: unknown;
}

const GLOBALS = (
  'Object Function Array Number Boolean String Symbol BigInt Math JSON Reflect Proxy Promise Map Set WeakMap WeakSet RegExp Error ' +
  'RangeError TypeError ArrayBuffer DataView Int8Array Uint8Array Int16Array Uint16Array Int32Array Uint32Array Float32Array ' +
  'Float64Array BigInt64Array BigUint64Array isNaN isFinite parseFloat parseInt'
).split(' ');

/** These are made to be set, on errors above all. */
const FREE_KEYS = new Set<PropertyKey>(['stackTraceLimit', 'prepareStackTrace', 'length', 'name']);

const parts = findParts();
const objectKeyCount = ownKeys(Object.prototype).length;

function findParts(): readonly Part[] {
  const found: Part[] = [];
  const add = (owner: object, key: PropertyKey, name: string): void => {
    if (FREE_KEYS.has(key)) return;
    const { value, get, set } = getOwnPropertyDescriptor(owner, key)!;
    found.push({ owner, key, name, value, get, set });
  };
  const addAll = (owner: object, name: string): void => {
    for (const key of ownKeys(owner)) add(owner, key, `${name}.${String(key)}`);
  };
  for (const name of GLOBALS) {
    const value = (globalThis as unknown as Record<string, { prototype?: object }>)[name]!;
    add(globalThis, name, name);
    addAll(value, name);
    if (value.prototype !== undefined) addAll(value.prototype, `${name}.prototype`);
  }
  addAll(getPrototypeOf(Uint8Array) as object, 'TypedArray');
  addAll(getPrototypeOf(Uint8Array.prototype) as object, 'TypedArray.prototype');
  const iterators = {
    Array: [].values(),
    Map: new Map().values(),
    Set: new Set().values(),
    String: ''[Symbol.iterator](),
  };
  for (const [name, iterator] of Object.entries(iterators)) {
    addAll(getPrototypeOf(iterator) as object, `${name}Iterator.prototype`);
  }
  addAll(getPrototypeOf(getPrototypeOf(iterators.Array)) as object, 'Iterator.prototype');
  return found;
}
