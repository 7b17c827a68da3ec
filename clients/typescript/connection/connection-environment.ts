/**
 * What a connection needs from the world: time, randomness, sockets, a place for errors. The real one is
 * `defaultEnvironment`; tests hand in a fake.
 */
export interface ConnectionEnvironment {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** Runs once after so many milliseconds; the result cancels it. */
  setTimer(afterMs: number, run: () => void): () => void;
  /** Runs after the current turn's synchronous code. */
  defer(run: () => void): void;
  /** Opens a socket and tells its story to `events`, `closed` last. Never throws. */
  openSocket(url: string, protocol: string, events: SocketEvents): Socket;
  /**
   * Calls back when the network (true) or the page (false) comes back to life; the result ends it. Of a network that was away no socket is
   * left, though the platform may notice only much later.
   */
  onWakeUp(run: (isNetwork: boolean) => void): () => void;
  /** As the platform's fetch. */
  request(url: string, init: RequestInit): Promise<Pick<Response, 'ok' | 'json'>>;
  /** Takes an error that has nobody else to go to, such as one thrown by a row callback. */
  report(error: unknown): void;
}

export interface Socket {
  /** The bytes are not read after the call returns. */
  send(bytes: Uint8Array): void;
  close(code: number, reason: string): void;
}

export interface SocketEvents {
  opened(): void;
  message(bytes: Uint8Array): void;
  /** The last event. `error` names what failed, when the socket knows. */
  closed(code: number, reason: string, error: Error | null): void;
}
