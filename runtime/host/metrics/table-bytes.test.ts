import { expect, test } from 'vitest';
import type { TableView } from '../../store/index.ts';
import { tableBytes } from './table-bytes.ts';

test('numbers count with their buffers, texts by the rows that live', () => {
  const live = new Uint8Array(32);
  live.fill(1, 3, 13);
  const texts = Array.from({ length: 32 }, (_, slot) =>
    live[slot] === 1 ? 'twelve bytes' : 'a long text that nobody owns',
  );
  const table = {
    live,
    liveCount: 10,
    slotCount: 20,
    grid: null,
    columns: [{ data: new Float32Array(35) }, { data: texts }],
  };
  expect(tableBytes(table as unknown as TableView)).toBe(32 + 35 * 4 + 32 * 8 + 10 * 12);
});
