import type { ColumnView, TableView } from '../../store/index.ts';

/**
 * Bytes that a table holds: its columns over all slots, the live bitmap and the cells of slots. Texts and encoded values are counted by a
 * sample of SAMPLE_SLOTS live rows; indexes are not counted.
 */
export function tableBytes(table: TableView): number {
  let bytes = table.live.byteLength + (table.grid?.cellOfSlot.byteLength ?? 0);
  for (const column of table.columns) bytes += columnBytes(column, table);
  return Math.round(bytes);
}

function columnBytes({ data }: ColumnView, { live, liveCount, slotCount }: TableView): number {
  if (ArrayBuffer.isView(data)) return data.byteLength;
  let bytes = 0;
  let sampled = 0;
  const step = Math.max(1, Math.floor(slotCount / SAMPLE_SLOTS));
  for (let slot = 0; slot < slotCount; slot += step) {
    if (live[slot] !== 1) continue;
    bytes += data[slot]!.length;
    sampled++;
  }
  const perRow = sampled === 0 ? 0 : bytes / sampled;
  return data.length * REFERENCE_BYTES + liveCount * perRow;
}

const SAMPLE_SLOTS = 64;
const REFERENCE_BYTES = 8;
