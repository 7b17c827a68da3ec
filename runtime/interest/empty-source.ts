import type { PieceSource } from '@tickbase/protocol';

/** A piece of nothing, to be filled again and again; with room for so many rows. */
export function emptySource(rowCount: number): PieceSource {
  return {
    handle: 0,
    table: null as unknown as PieceSource['table'],
    columns: [],
    cell: null,
    isExact: true,
    flags: 0,
    leaveCount: 0,
    leaveNames: new Uint16Array(64),
    leaveTo: new Uint32Array(64),
    enterCount: 0,
    enterNames: new Uint16Array(rowCount),
    enterSlots: new Uint32Array(rowCount),
    updateCount: 0,
    updateNames: new Uint16Array(rowCount),
    updateSlots: new Uint32Array(rowCount),
    updateMasks: new Uint32Array(rowCount),
    maskWords: 1,
    missedEvents: 0,
    columnBytes: null,
  };
}
