import { TickbaseError } from '@tickbase/base';
import type { LogLine } from '../transactions/world.ts';
import type { LoadedModule } from './load-module.ts';

/**
 * Why `init` or `started` did not run to its end. `thrown`: the log's line about it, which is told here and nowhere else; undefined: there is none.
 * Of an error of ours, place and mend are in it below the first line.
 */
export function startHookFailure(
  role: 'init' | 'started',
  message: string,
  thrown: LogLine | undefined,
  { path, placeOf, sourceMap }: Pick<LoadedModule, 'path' | 'placeOf' | 'sourceMap'>,
): TickbaseError {
  const text = thrown === undefined ? '' : sourceMap.mapStack(thrown.text);
  const ours = (name: string): string | undefined => new RegExp(`^ +${name}: +(.*)$`, 'm').exec(text)?.[1];
  const [place = null, ...callers] = Array.from(text.matchAll(FRAME), ([, at]) => at!);
  const where = [
    place ?? (thrown === undefined ? null : placeOf(thrown.origin)) ?? path,
    ...callers.map((caller) => `called at ${caller}`),
    ...[ours('where') ?? []].flat(),
  ];
  const mend = ours('mend');
  const rule = 'a world starts only when the hook has run to its end';
  return new TickbaseError({
    code: 'START_HOOK_FAILED',
    what: `${role} threw: ${message.replace(/^TickbaseError: /, '')}`,
    where: where.join(', '),
    mend: mend === undefined ? `mend the hook: ${rule}` : `${mend}; ${rule}`,
  });
}

const FRAME = /^\s+at (?:.* \()?(\S+:\d+:\d+)\)?$/gm;
