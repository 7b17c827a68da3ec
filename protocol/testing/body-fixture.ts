/** The table `body` of the design: what moves, and ten of them in one cell. */
import type { PieceSource } from '../pieces/piece-port.ts';
import type { WireTable } from '../schema/wire-schema.ts';
import type { Watch } from '../server/section.ts';

export function bodyTable(): WireTable {
  const step = { kind: 'step', step: 0.01, min: null, max: null } as const;
  return {
    id: 7,
    name: 'body',
    isEvent: false,
    columns: [
      { id: 21, name: 'id', type: { kind: 'u64' }, quantize: null },
      { id: 22, name: 'kind', type: { kind: 'u8' }, quantize: null },
      { id: 23, name: 'floor', type: { kind: 'u16' }, quantize: null },
      { id: 24, name: 'x', type: { kind: 'f32' }, quantize: step },
      { id: 25, name: 'y', type: { kind: 'f32' }, quantize: step },
      { id: 26, name: 'heading', type: { kind: 'f32' }, quantize: { kind: 'angle', bits: 8 } },
      { id: 27, name: 'hp', type: { kind: 'u16' }, quantize: null },
    ],
    primaryKey: [0],
    spatial: { kind: 'position', x: 3, y: 4, space: 2, cell: 32 },
  };
}

/** `count` bodies that moved and turned within cell (-3, 5), their names `gap` apart. */
export function movers(count: number, gap: number): { source: PieceSource; watch: Watch } {
  const cell = { space: 1, cellX: -3, cellY: 5 };
  const capacity = 2 * count + 9;
  const slots = Uint32Array.from({ length: count }, (_, i) => 4 + 2 * i);
  const xs = new Float32Array(capacity);
  const ys = new Float32Array(capacity);
  const headings = new Float32Array(capacity);
  slots.forEach((slot, i) => {
    xs[slot] = -3 * 32 + ((i * 3.17) % 32);
    ys[slot] = 5 * 32 + ((i * 7.91) % 32);
    headings[slot] = i * 0.7;
  });
  const source: PieceSource = {
    handle: 19,
    table: bodyTable(),
    columns: [
      BigUint64Array.from({ length: capacity }, (_, slot) => 1000n + BigInt(slot)),
      new Uint8Array(capacity).fill(2),
      new Uint16Array(capacity).fill(1),
      xs,
      ys,
      headings,
      new Uint16Array(capacity).fill(100),
    ],
    cell,
    isExact: false,
    flags: 0,
    leaveCount: 0,
    leaveNames: new Uint16Array(0),
    leaveTo: new Uint32Array(0),
    enterCount: 0,
    enterNames: new Uint16Array(0),
    enterSlots: new Uint32Array(0),
    updateCount: count,
    updateNames: Uint16Array.from({ length: count }, (_, i) => 6 + gap * i),
    updateSlots: slots,
    updateMasks: new Uint32Array(count).fill((1 << 3) | (1 << 4) | (1 << 5)),
    maskWords: 1,
  };
  return { source, watch: { handle: 19, tableId: 7, partitioning: 2, cell, isExact: false } };
}
