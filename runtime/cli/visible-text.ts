/** Text of others for a terminal: what clients have written, or another server says, must not steer it. */
export function visibleText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '·');
}
