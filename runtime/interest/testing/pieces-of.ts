import { assert } from '@tickbase/base';
import { pieceByteLength } from '@tickbase/protocol';
import type { ViewerFrame } from '../viewers-port.ts';

/** A copy of each piece of a frame. */
export function piecesOf(frame: ViewerFrame): Uint8Array[] {
  const bytes = frame.pieces.copy();
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += pieces.at(-1)!.length) {
    pieces.push(bytes.slice(at, at + pieceByteLength(bytes, at)));
  }
  assert(pieces.length === frame.pieceCount, 'a frame has as many pieces as it says');
  return pieces;
}
