import { TickbaseError } from './tickbase-error.ts';

/** Bytes that are not what WIRE.md says, at an offset of them. `mend`: for this very case. */
export function wireError(code: `WIRE_${string}`, what: string, offset: number, mend?: string): TickbaseError {
  return new TickbaseError({
    code,
    what,
    where: `byte ${offset}`,
    mend: mend ?? 'encode messages as WIRE.md says, both sides with the same schema',
  });
}
