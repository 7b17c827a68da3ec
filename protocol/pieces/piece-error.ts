import { type TickbaseError, wireError } from '@tickbase/base';

export function badPiece(what: string, offset: number): TickbaseError {
  return wireError('WIRE_PIECE', what, offset);
}
