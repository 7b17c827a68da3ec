import { TickbaseError } from '@tickbase/base';

/** The error for a module that has overwritten `name` of the language, whether that is found at load or later. */
export function builtinChanged(name: string): TickbaseError {
  return new TickbaseError({
    code: 'MODULE_BUILTIN_CHANGED',
    what: `the module overwrote ${name}, which the store in its context is made of`,
    where: 'the module, or a package that it imports',
    mend: 'leave what is of the language as it is; add functions of your own beside it',
  });
}
