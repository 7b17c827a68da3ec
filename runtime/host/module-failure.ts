import { TickbaseError } from '@tickbase/base';
import type { ModuleSourceMap } from './module-source-map.ts';

/**
 * What a module threw while it was loaded, as an error of ours. `thrown` comes from another context: it is told by its
 * shape, and only its texts are taken over.
 */
export function moduleFailure(thrown: unknown, sourceMap: ModuleSourceMap, modulePath: string): TickbaseError {
  const { code, what, where, mend, stack, message, name } = textsOf(thrown);
  const place = stack === null ? null : sourceMap.firstPlace(stack);
  if (code !== null && what !== null && mend !== null) {
    return new TickbaseError({ code, what, where: [place, where].filter(Boolean).join(', '), mend });
  }
  return new TickbaseError({
    code: 'MODULE_LOAD_FAILED',
    what: `the module threw while it was loaded: ${name === null ? '' : `${name}: `}${message ?? shown(thrown)}`,
    where: place ?? modulePath,
    mend: 'mend what the first line names; nothing but definitions belongs into the top level of a module',
  });
}

type Texts = Record<'code' | 'what' | 'where' | 'mend' | 'stack' | 'message' | 'name', string | null>;

function textsOf(thrown: unknown): Texts {
  const read = (key: string): string | null => {
    if (typeof thrown !== 'object' || thrown === null) return null;
    try {
      const value: unknown = (thrown as Record<string, unknown>)[key];
      return typeof value === 'string' && value !== '' ? value : null;
    } catch {
      return null; // an accessor of the module's
    }
  };
  return {
    code: read('code'),
    what: read('what'),
    where: read('where'),
    mend: read('mend'),
    stack: read('stack'),
    message: read('message'),
    name: read('name'),
  };
}

function shown(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'something that cannot be shown';
  }
}
