import { ByteWriter } from '@tickbase/base';
import { encodePlainEnvelope, OWN_ROW_BYTES, PLAIN_LINKS } from './encode-plain-envelope.ts';
import { OwnRows } from './own-rows.ts';
import { PlainResults } from './plain-results.ts';

/**
 * What `encodePlainEnvelope` writes for one result at most and one own row at most of a given length: the same bytes each time but for a few
 * numbers and the row. Nearly all sections of clients that play are of a few such shapes.
 */
export class PlainTemplate {
  /** In bytes, the two lengths included. */
  readonly length: number;
  private readonly bytes: Uint8Array;
  /** From the section's start to the tables of the result and of the own row; 0: there is none. */
  private readonly result: number;
  private readonly ownRow: number;

  /** `rowLength` -1: no own row. */
  private constructor(resultCount: number, rowLength: number) {
    const [writer, results, ownRows] = [new ByteWriter(512), new PlainResults(), new OwnRows()];
    if (resultCount > 0) results.add(0, 0, 0);
    if (rowLength >= 0) {
      ownRows.bytes.zeros(rowLength);
      ownRows.add(0, 0);
    }
    encodePlainEnvelope(writer, results, ownRows);
    this.length = writer.length;
    this.bytes = writer.copy();
    // A vector of one table begins with its count, then how far its table is from there.
    const place = (link: number): number => {
      const vector = link + writer.data.getUint32(link, true);
      return vector + 4 + writer.data.getUint32(vector + 4, true);
    };
    this.result = resultCount > 0 ? place(PLAIN_LINKS) : 0;
    this.ownRow = rowLength >= 0 ? place(resultCount > 0 ? PLAIN_LINKS + 4 : PLAIN_LINKS) : 0;
  }

  /** Null: the section is of another shape. */
  static of(results: PlainResults, ownRows: OwnRows): PlainTemplate | null {
    const { length } = ownRows.bytes;
    if (results.count > 1 || ownRows.count > 1 || length > ROW_BYTES_MAX) return null;
    if (results.count + ownRows.count === 0) return null;
    const rowLength = ownRows.count === 0 ? -1 : length;
    const at = 2 * (rowLength + 1) + results.count;
    return (TEMPLATES[at] ??= new PlainTemplate(results.count, rowLength));
  }

  put(writer: ByteWriter, results: PlainResults, ownRows: OwnRows): void {
    writer.reserve(this.length);
    const { data, length: start } = writer;
    writer.bytes.set(this.bytes, start);
    if (this.result > 0) {
      const table = start + this.result;
      const tick = results.ticks[0]!;
      data.setUint32(table + 4, tick, true);
      data.setUint32(table + 8, Math.floor(tick / 0x1_0000_0000), true);
      data.setUint32(table + 12, results.sequences[0]!, true);
      data.setUint8(table + 16, results.statuses[0]!);
    }
    if (this.ownRow > 0) this.putRow(data, start + this.ownRow, ownRows);
    writer.length = start + this.length;
  }

  private putRow(data: DataView, table: number, ownRows: OwnRows): void {
    const { data: rows, length } = ownRows.bytes;
    data.setUint32(table + 4, ownRows.tableIds[0]!, true);
    data.setUint32(table + 8, ownRows.slots[0]!, true);
    const to = table + OWN_ROW_BYTES;
    let i = 0;
    for (; i + 4 <= length; i += 4) data.setInt32(to + i, rows.getInt32(i, true), true);
    for (; i < length; i++) data.setUint8(to + i, rows.getUint8(i));
  }
}

/** By 2 * (row's length + 1, 0: no row) + results. */
const TEMPLATES: (PlainTemplate | undefined)[] = [];
/** Longer rows are few, and copied by the engine. */
const ROW_BYTES_MAX = 96;
