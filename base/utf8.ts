/**
 * UTF-8 in plain JavaScript: this code also runs in contexts that have neither TextEncoder nor TextDecoder.
 * Decoding is strict (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
 */
import type { TickbaseError } from './tickbase-error.ts';
import { wireError } from './wire-error.ts';

/** Bytes that `encodeUtf8Into` writes for `text`. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) length += 1;
    else if (isPairAt(text, i, unit)) {
      length += 2;
      i++;
    } else length += 2;
  }
  return length;
}

/**
 * Writes `text` at `offset` and returns the end. The caller has made room for `utf8Length(text)` bytes.
 * A lone surrogate becomes U+FFFD, as in TextEncoder: who must refuse it asks `isWellFormed` first.
 */
export function encodeUtf8Into(text: string, bytes: Uint8Array, offset: number): number {
  let at = offset;
  for (let i = 0; i < text.length; i++) {
    let unit = text.charCodeAt(i);
    if (unit < 0x80) {
      bytes[at++] = unit;
    } else if (unit < 0x800) {
      bytes[at++] = 0xc0 | (unit >> 6);
      bytes[at++] = 0x80 | (unit & 0x3f);
    } else if (isPairAt(text, i, unit)) {
      const point = 0x10000 + ((unit - 0xd800) << 10) + (text.charCodeAt(++i) - 0xdc00);
      bytes[at++] = 0xf0 | (point >> 18);
      bytes[at++] = 0x80 | ((point >> 12) & 0x3f);
      bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[at++] = 0x80 | (point & 0x3f);
    } else {
      if (unit >= 0xd800 && unit <= 0xdfff) unit = 0xfffd;
      bytes[at++] = 0xe0 | (unit >> 12);
      bytes[at++] = 0x80 | ((unit >> 6) & 0x3f);
      bytes[at++] = 0x80 | (unit & 0x3f);
    }
  }
  return at;
}

/** The text of bytes[start…end); throws WIRE_UTF8 where they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  let at = start;
  while (at < end) {
    let count = 0;
    while (at < end && count < CHUNK_UNITS) {
      const lead = bytes[at]!;
      if (lead < 0x80) {
        units[count++] = lead;
        at++;
        continue;
      }
      const length = sequenceLength(bytes, at, end);
      if (length === 0) throw malformed(at);
      if (length === 2) {
        units[count++] = ((lead & 0x1f) << 6) | (bytes[at + 1]! & 0x3f);
      } else if (length === 3) {
        units[count++] = ((lead & 0x0f) << 12) | ((bytes[at + 1]! & 0x3f) << 6) | (bytes[at + 2]! & 0x3f);
      } else {
        const high = ((lead & 0x07) << 18) | ((bytes[at + 1]! & 0x3f) << 12);
        const point = (high | ((bytes[at + 2]! & 0x3f) << 6) | (bytes[at + 3]! & 0x3f)) - 0x10000;
        units[count++] = 0xd800 | (point >> 10);
        units[count++] = 0xdc00 | (point & 0x3ff);
      }
      at += length;
    }
    text += fromUnits(count);
  }
  return text;
}

/** True when bytes[start…end) are UTF-8; builds nothing. */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    if (bytes[at]! < 0x80) {
      at++;
      continue;
    }
    const length = sequenceLength(bytes, at, end);
    if (length === 0) return false;
    at += length;
  }
  return true;
}

/** True when `text` has no lone surrogate. */
export function isWellFormed(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    if (!isPairAt(text, i, unit)) return false;
    i++;
  }
  return true;
}

/** Units a call of `fromCharCode` takes at once; arguments lie on the stack. One more is room for a pair's second half. */
const CHUNK_UNITS = 2048;
const units: number[] = new Array<number>(CHUNK_UNITS + 1).fill(0);

function fromUnits(count: number): string {
  return String.fromCharCode.apply(null, count === units.length ? units : units.slice(0, count));
}

function isPairAt(text: string, index: number, unit: number): boolean {
  if (unit < 0xd800 || unit > 0xdbff || index + 1 >= text.length) return false;
  const next = text.charCodeAt(index + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}

/** Length of the sequence of two to four bytes at `at`; 0 when it is none. */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at]!;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (at + length > end) return 0;
  const second = bytes[at + 1]!;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = at + 2; i < at + length; i++) if ((bytes[i]! & 0xc0) !== 0x80) return 0;
  return length;
}

function malformed(at: number): TickbaseError {
  return wireError('WIRE_UTF8', 'a string is not UTF-8', at);
}
