/** Pieces of quantized columns in forms that random ones seldom have. */
import type { QuantizePlan } from '@tickbase/schema/plan';
import type { PieceSource } from '../pieces/piece-port.ts';
import type { WireTable } from '../schema/wire-schema.ts';
import type { Watch } from '../server/section.ts';

interface NamedPiece {
  readonly name: string;
  readonly table: WireTable;
  readonly watch: Watch;
  readonly source: PieceSource;
}

export function roundedColumns(): NamedPiece[] {
  const pairTable = tableOf([inRange(0.01, -500, 500), inRange(0.01, 0, 90)], {
    kind: 'position',
    x: 1,
    y: 0,
    space: null,
    cell: 7.5,
  });
  const cell = { space: 0, cellX: 2, cellY: -4 };
  return [
    pieceOf('a pair whose y stands before x, with ranges that differ', pairTable, cell, [
      [-29.5, 15.25],
      [-23.04, 22.9],
    ]),
    pieceOf('a range of four bytes', tableOf([inRange(0.01, -100_000, 100_000)], null), null, [[-99_999.5], [1234.56]]),
    pieceOf('values out of their range that its byte still holds', tableOf([inRange(0.5, 1, 3)], null), null, [
      [1],
      [100],
    ]),
  ];
}

function inRange(step: number, min: number, max: number): QuantizePlan {
  return { kind: 'step', step, min, max };
}

function tableOf(quantizes: readonly QuantizePlan[], spatial: WireTable['spatial']): WireTable {
  const columns = quantizes.map((quantize, place) => ({
    id: 13 + place,
    name: `c${place}`,
    type: { kind: 'f64' } as const,
    quantize,
  }));
  return { id: 9, name: 'buoy', isEvent: false, columns, primaryKey: null, spatial };
}

/** Rows that entered, with slots from 3 and names from 200. */
function pieceOf(
  name: string,
  table: WireTable,
  cell: Watch['cell'],
  rows: readonly (readonly number[])[],
): NamedPiece {
  const enterSlots = Uint32Array.from(rows, (_, i) => 3 + i);
  const source: PieceSource = {
    handle: 23,
    table,
    columns: table.columns.map((_, place) => Float64Array.from([0, 0, 0, ...rows.map((row) => row[place]!)])),
    cell,
    isExact: false,
    flags: 0,
    leaveCount: 0,
    leaveNames: new Uint16Array(0),
    leaveTo: new Uint32Array(0),
    enterCount: rows.length,
    enterNames: Uint16Array.from(rows, (_, i) => 200 + i),
    enterSlots,
    updateCount: 0,
    updateNames: new Uint16Array(0),
    updateSlots: new Uint32Array(0),
    updateMasks: new Uint32Array(0),
    maskWords: 1,
  };
  return { name, table, watch: { handle: 23, tableId: 9, partitioning: 4, cell, isExact: false }, source };
}
