/** Bytes of a message of the server by the rule of figures: WebSocket payload and header, as the server sent them. */
export function frameBytes(payloadLength: number): number {
  return payloadLength + (payloadLength < 126 ? 2 : payloadLength < 65_536 ? 4 : 10);
}
