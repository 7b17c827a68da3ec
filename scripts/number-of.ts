import { TickbaseError } from '@tickbase/base';

/** A number that a flag takes, or what stands for it. Throws CLI_VALUE. */
export function numberOf(
  flag: string,
  text: string | undefined,
  preset: number,
  isGood: (value: number) => boolean,
  mend: string,
): number {
  if (text === undefined) return preset;
  const value = Number(text);
  if (text.trim() !== '' && isGood(value)) return value;
  throw new TickbaseError({
    code: 'CLI_VALUE',
    what: `${JSON.stringify(text)} is not a number that it takes`,
    where: flag,
    mend,
  });
}
