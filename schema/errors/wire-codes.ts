import type { ErrorCode } from './error-code.ts';

export const WIRE_CODES = [
  {
    code: 'WIRE_TRUNCATED',
    what: 'bytes end before what they announce',
    mend: 'send whole messages, laid out as WIRE.md says',
  },
  {
    code: 'WIRE_VARINT',
    what: 'a variable-length integer is too large, or not in its shortest form',
    mend: 'encode variable-length integers as WIRE.md says',
  },
  {
    code: 'WIRE_UTF8',
    what: 'a string is not UTF-8',
    mend: 'encode strings as UTF-8, without overlong forms and surrogates',
  },
  {
    code: 'WIRE_TAG',
    what: 'a tag (of an enum, option, result, truth value or item) is none of those that exist',
    mend: 'use the same schema and protocol version on both sides',
  },
  {
    code: 'WIRE_COUNT',
    what: 'more items are announced than the bytes that follow can hold',
    mend: 'announce what is sent',
  },
  {
    code: 'WIRE_TRAILING',
    what: 'bytes follow the end of a message or of the arguments of a call',
    mend: 'end messages where their content ends; padding is at most seven zero bytes',
  },
  {
    code: 'WIRE_ENVELOPE',
    what: 'the FlatBuffers part of a message is malformed',
    mend: 'encode messages from the .fbs files of this protocol version, without sharing objects',
  },
  {
    code: 'WIRE_LIMIT',
    what: 'a message, or one of its parts, is larger than the limits of the server allow',
    mend: 'split it into several messages, or raise the limit that the error names',
  },
  {
    code: 'WIRE_FRAME',
    what: 'the sections or pieces of a server message do not fit together',
    mend: 'lay sections out as WIRE.md says; this is a bug of the sender or damage on the way',
  },
  {
    code: 'WIRE_PIECE',
    what: 'a piece is malformed',
    mend: 'encode pieces as WIRE.md says; both sides must use the same schema',
  },
  {
    code: 'VALUE_TYPE',
    what: 'a value is not of the type of its column, parameter or field',
    mend: 'give a value of the type that the error names',
  },
  {
    code: 'VALUE_RANGE',
    what: 'a number lies outside of the range of its type',
    mend: 'give a number in range, or widen the column',
  },
  {
    code: 'VALUE_TEXT',
    what: 'a string holds half of a surrogate pair',
    mend: 'cut strings between characters; `toWellFormed()` replaces what is broken',
  },
  {
    code: 'VALUE_TAG',
    what: 'a tagged value has a tag that its type lacks',
    mend: 'use one of the tags that the error names',
  },
  {
    code: 'VALUE_NOT_FINITE',
    what: 'an argument of a call is NaN or infinite',
    mend: 'send finite numbers',
  },
  {
    code: 'VALUE_LIMIT',
    what: 'the arguments of a call nest too deep, or have too many items or too much text',
    mend: 'send less in one call',
  },
] as const satisfies readonly ErrorCode[];
