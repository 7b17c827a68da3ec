import { nearestName } from './nearest-name.ts';

/**
 * The first `--flag` of a command line that is none of the known ones, as it was written, and what to do about it: the flag that was likely
 * meant, then `help`, which says where all are listed. Null: all are known. What follows `--` is no flag.
 */
export function unknownFlag(
  args: readonly string[],
  known: readonly string[],
  help: string,
): { flag: string; mend: string } | null {
  const end = args.indexOf('--');
  for (const arg of end < 0 ? args : args.slice(0, end)) {
    const name = /^--([^=]+)/.exec(arg)?.[1];
    if (name === undefined || known.includes(name)) continue;
    const meant = nearestName(name, known);
    return { flag: `--${name}`, mend: meant === null ? help : `did you mean --${meant}? ${help}` };
  }
  return null;
}
