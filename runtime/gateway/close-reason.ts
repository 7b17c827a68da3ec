/** `CODE: message`, cut at a character's border to what a close frame holds. Lone surrogates become U+FFFD. */
export function closeReason(code: string, message: string): string {
  const text = message === '' ? code : `${code}: ${message}`;
  let reason = '';
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0)!;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
    if (bytes > REASON_BYTES_MAX) break;
    reason += point >= 0xd800 && point <= 0xdfff ? '\uFFFD' : character;
  }
  return reason;
}

/** A control frame has 125 bytes, two of them are the code. */
const REASON_BYTES_MAX = 123;
