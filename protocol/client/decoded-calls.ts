/** The calls of one message in columns that are used again and again, valid until the next message. */
export class DecodedCalls {
  count = 0;
  /** u32[>= count]. */
  readonly sequences: Uint32Array;
  readonly reducerIds: Uint32Array;
  /** u32[>= count]: the arguments of call i are bytes[starts[i]…ends[i]). */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  bytes: Uint8Array = new Uint8Array(0);
  /** Of the same memory. */
  data: DataView = new DataView(this.bytes.buffer);

  constructor(countMax: number) {
    this.sequences = new Uint32Array(countMax);
    this.reducerIds = new Uint32Array(countMax);
    this.starts = new Uint32Array(countMax);
    this.ends = new Uint32Array(countMax);
  }

  begin(bytes: Uint8Array, data: DataView): void {
    this.bytes = bytes;
    this.data = data;
    this.count = 0;
  }

  add(sequence: number, reducerId: number, start: number, end: number): void {
    const i = this.count++;
    this.sequences[i] = sequence;
    this.reducerIds[i] = reducerId;
    this.starts[i] = start;
    this.ends[i] = end;
  }
}
