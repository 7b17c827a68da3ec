import {
  type Arbitrary,
  array,
  assert,
  boolean,
  constant,
  constantFrom,
  integer,
  letrec,
  oneof,
  property,
  string,
  tuple,
} from 'fast-check';
import { expect, test } from 'vitest';
import { parseStrictObject } from './strict-json.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const value: Arbitrary<Part> = letrec<{ value: Part; object: Part }>((tie) => ({
  object: array(tuple(constantFrom('a', 'b', 'c', '__proto__', 'd"', 'e\\', '{,}'), tie('value')), {
    maxLength: 4,
  }).map((entries) => ({ kind: 'object' as const, entries })),
  value: oneof(
    { maxDepth: 4, withCrossShrink: true },
    oneof(integer(), boolean(), string(), constant(null)).map((plain) => ({ kind: 'plain' as const, plain })),
    array(tie('value'), { maxLength: 3 }).map((items) => ({ kind: 'array' as const, items })),
    tie('object'),
  ),
})).object;

type Part =
  | { kind: 'plain'; plain: unknown }
  | { kind: 'array'; items: Part[] }
  | { kind: 'object'; entries: [string, Part][] };

function textOf(part: Part): string {
  if (part.kind === 'plain') return ` ${JSON.stringify(part.plain)}`;
  if (part.kind === 'array') return `[${part.items.map(textOf).join(' ,')}]`;
  return `{ ${part.entries.map(([key, inner]) => `${JSON.stringify(key)} :${textOf(inner)}`).join(',')}}`;
}

/** The model: a walk over the tree that the text was made of. */
function isPlain(part: Part, depthLeft: number): boolean {
  if (part.kind === 'plain') return true;
  if (depthLeft === 0) return false;
  if (part.kind === 'array') return part.items.every((item) => isPlain(item, depthLeft - 1));
  const keys = part.entries.map(([key]) => key);
  if (keys.includes('__proto__') || new Set(keys).size < keys.length) return false;
  return part.entries.every(([, inner]) => isPlain(inner, depthLeft - 1));
}

test('an object is read as JSON.parse reads it, or not at all when a key comes twice, is __proto__, or lies too deep', () => {
  const seen = { read: 0, refused: 0 };
  assert(
    property(value, (part) => {
      const text = textOf(part);
      const read = parseStrictObject(bytes(text), 3);
      if (isPlain(part, 3)) {
        seen.read++;
        expect(read).toEqual(JSON.parse(text));
      } else {
        seen.refused++;
        expect(read).toBeNull();
      }
    }),
    { numRuns: 500 },
  );
  expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(20);
});

test('what is no object, no JSON or no UTF-8 is not read', () => {
  for (const text of ['', '[]', 'null', '1', '"a"', '{', '{}{}', "{'a':1}", '{"a":1,}', '﻿{}', '\0']) {
    expect(parseStrictObject(bytes(text), 9)).toBeNull();
  }
  expect(parseStrictObject(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d), 9)).toBeNull();
  expect(parseStrictObject(bytes('['.repeat(5_000)), 9)).toBeNull();
});
