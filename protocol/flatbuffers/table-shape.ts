/** The fields of a FlatBuffers table by id: the size of what lies in the table itself (offsets: 4), and its alignment. */
export interface TableShape {
  readonly fields: readonly FieldShape[];
}

export interface FieldShape {
  readonly size: number;
  readonly alignment: number;
}

/** Sizes by letters: b 1 byte, h 2, w 4 (also offsets), d 8, and structs as [size, alignment]. */
export function shape(...fields: ('b' | 'h' | 'w' | 'd' | readonly [size: number, alignment: number])[]): TableShape {
  return {
    fields: fields.map((field) => {
      if (typeof field !== 'string') return { size: field[0], alignment: field[1] };
      const size = { b: 1, h: 2, w: 4, d: 8 }[field];
      return { size, alignment: size };
    }),
  };
}
