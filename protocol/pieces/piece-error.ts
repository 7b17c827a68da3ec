import { TickbaseError } from '@tickbase/base';

export function badPiece(what: string, offset: number): TickbaseError {
  return new TickbaseError({
    code: 'WIRE_PIECE',
    what,
    where: `byte ${offset}`,
    mend: 'encode pieces as WIRE.md says; both sides must use the same schema',
  });
}
