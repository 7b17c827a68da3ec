import { type ByteReader, type ByteWriter, type TickbaseError, wireError } from '@tickbase/base';

/** The codec's inside: `write` returns false, at once and wherever it stands, when a value does not fit. */
export interface CodecParts {
  write(writer: ByteWriter, value: unknown): boolean;
  read(reader: ByteReader): unknown;
}

/** A byte that is 0 or 1; `what` names the type whose tag it is. */
export function readFlag(reader: ByteReader, what: string): boolean {
  const flag = reader.u8();
  if (flag > 1) throw badTag(flag, what, reader);
  return flag === 1;
}

export function badTag(tag: number, what: string, reader: ByteReader): TickbaseError {
  return wireError('WIRE_TAG', `${tag} is no tag of this ${what}`, reader.offset - 1);
}
