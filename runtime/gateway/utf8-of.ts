/**
 * What uWebSockets.js is to send of a text. Given the text itself, its build for Node 24 sends one byte for each letter where none is above U+00FF (Latin-1):
 * no UTF-8, and a close frame with it is an error to its receiver.
 */
export function utf8Of(text: string): Uint8Array {
  return Buffer.from(text);
}
