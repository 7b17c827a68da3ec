/** What the gateway has done since it began, as plain numbers. */
export class GatewayMetrics {
  socketsOpened = 0;
  sessionsBegun = 0;
  sessionsResumed = 0;
  sessionsDropped = 0;
  messagesIn = 0;
  bytesIn = 0;
  /** WebSocket payload, without headers. */
  messagesOut = 0;
  bytesOut = 0;
  sectionsOut = 0;
  callsTaken = 0;
  /** Times that a client was passed over because it was behind. */
  framesSkipped = 0;
  /** Messages that waited for the disk before they left. */
  messagesHeld = 0;
  /** Times that a client was passed over because as much as may waited for the disk. */
  framesHeldBack = 0;
  /** Refused calls, queries and subscriptions, and closed links, by code. The codes are the server's own, so their number is bounded. */
  readonly refusals = new Map<string, number>();

  countRefusal(code: string): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }
}
