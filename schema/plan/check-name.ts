import { schemaError } from '../errors/schema-error.ts';
import { takerOfName } from './reserved-names.ts';

export const NAME_LENGTH_MAX = 63;

/** Throws NAME_INVALID or NAME_RESERVED unless every language that code is generated for can use the name as it is. */
export function checkName(name: string, where: string): void {
  if (name.length > NAME_LENGTH_MAX || !/^_{0,2}[A-Za-z][A-Za-z0-9_]*$/.test(name)) {
    throw schemaError(
      'NAME_INVALID',
      where,
      `“${name.slice(0, 80)}” is not an identifier of at most ${NAME_LENGTH_MAX} characters`,
    );
  }
  const taker = takerOfName(name);
  if (taker !== null) throw schemaError('NAME_RESERVED', where, `“${name}” is taken by ${taker}`);
}
