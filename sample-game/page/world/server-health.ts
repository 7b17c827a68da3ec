const ASK_PERIOD_MS = 2000;

/** Asks the server that this page came from how it is, every two seconds while the page is seen. */
export class ServerHealth {
  /** The 99th percentile of the server's tick time; null before the first answer, or when the server does not answer. */
  tickP99Ms: number | null = null;

  start(): void {
    setInterval(() => void this.#ask(), ASK_PERIOD_MS);
    void this.#ask();
  }

  async #ask(): Promise<void> {
    if (document.hidden) return;
    try {
      const answer = (await (await fetch('/v1/health')).json()) as { tickP99Ms: number };
      this.tickP99Ms = answer.tickP99Ms;
    } catch {
      this.tickP99Ms = null;
    }
  }
}
