import { COPY_PAGES_WASM } from './copy-pages-wasm.ts';

/**
 * The memory in which frames are put together: the tick's pieces, what is known of each page, routes, and the buffers that frames are copied to.
 * All of it lies in one WebAssembly memory, so that `copyPages` copies a frame's pieces without coming back for each of them.
 *
 * Whoever has a part of it is a holder. When the memory grows all views of it lose their bytes, and holders make theirs anew: so views are read
 * from the holder after whatever may ask for more.
 *
 * It is never given back, and so it is bounded: who gets no part goes on in ordinary memory, and frames are then copied piece by piece.
 */
export class FrameMemory {
  /** See copy-pages.wat; places are in bytes from the memory's start. */
  readonly copyPages: CopyPages;
  private readonly memory: Memory;
  private readonly holders = new Set<MemoryHolder>();
  /** Places of parts that were given back, by the logarithm of their length. */
  private readonly freePlaces: number[][] = Array.from({ length: 32 }, () => []);
  /** Everything behind is free. */
  private end = RESULTS + PART_BYTES_MIN;
  private results: Int32Array;
  private readonly bytesMax: number;

  /** `bytesMax`: a power of two. */
  constructor(bytesMax = BYTES_MAX) {
    this.bytesMax = bytesMax;
    this.memory = new WebAssembly.Memory({ initial: PAGES_FIRST, maximum: bytesMax / PAGE_BYTES });
    const { exports } = new WebAssembly.Instance(MODULE, { frames: { memory: this.memory } });
    this.copyPages = exports.copyPages;
    this.results = new Int32Array(this.memory.buffer, RESULTS, 2);
  }

  get buffer(): ArrayBuffer {
    return this.memory.buffer;
  }

  /** Of the last `copyPages`: where the pieces that it copied end. */
  get copiedEnd(): number {
    return this.results[0]!;
  }

  /** How many they are. */
  get copiedCount(): number {
    return this.results[1]!;
  }

  /** A part of `length` bytes, a power of two from PART_BYTES_MIN on; whatever is in it. Returns its place; NO_PLACE: there is no more. */
  take(holder: MemoryHolder, length: number): number {
    if (length > PART_BYTES_MAX) return NO_PLACE;
    const place = this.freePlaces[Math.log2(length)]!.pop() ?? this.takeEnd(length);
    if (place !== NO_PLACE) this.holders.add(holder);
    return place;
  }

  giveBack(place: number, length: number): void {
    this.freePlaces[Math.log2(length)]!.push(place);
  }

  /** It has nothing here any more. */
  forget(holder: MemoryHolder): void {
    this.holders.delete(holder);
  }

  private takeEnd(length: number): number {
    const place = this.end;
    if (place + length > this.bytesMax) return NO_PLACE;
    if (place + length > this.memory.buffer.byteLength) this.grow(place + length);
    this.end = place + length;
    return place;
  }

  private grow(length: number): void {
    let wanted = this.memory.buffer.byteLength;
    while (wanted < length) wanted *= 2;
    this.memory.grow((wanted - this.memory.buffer.byteLength) / PAGE_BYTES);
    this.results = new Int32Array(this.memory.buffer, RESULTS, 2);
    for (const holder of this.holders) holder.renew();
  }
}

/** Of whoever is in ordinary memory. */
export const NO_PLACE = -1;

/** How many bytes a part of at least `length` has. */
export function partBytes(length: number): number {
  let bytes = PART_BYTES_MIN;
  while (bytes < length) bytes *= 2;
  return bytes;
}

export interface MemoryHolder {
  /** The memory has grown: views of it are to be made anew. */
  renew(): void;
}

export type CopyPages = (
  at: number,
  end: number,
  lines: number,
  changed: number,
  source: number,
  target: number,
  results: number,
) => number;

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** What is used of it here. */
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number; maximum: number }) => Memory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { frames: { memory: Memory } },
  ) => { readonly exports: { readonly copyPages: CopyPages } };
};

const MODULE = new WebAssembly.Module(Uint8Array.from(atob(COPY_PAGES_WASM), (char) => char.charCodeAt(0)));

const PAGE_BYTES = 65_536;
const PAGES_FIRST = 16;
/** Room for what some ten thousand clients are sent in a tick, as often as it has to wait for the disk. */
const BYTES_MAX = 64 * 1024 * 1024;
const PART_BYTES_MIN = 1024;
const PART_BYTES_MAX = 16 * 1024 * 1024;
/** Where `copyPages` puts what it has done. */
export const RESULTS = 0;
