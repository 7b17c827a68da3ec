import type { ConnectionEnvironment } from './connection-environment.ts';

/** Gives the token to show now; undefined: the one that was shown last. */
export type TokenSource = () => string | undefined | Promise<string | undefined>;

/** It is asked so long before a token ends, or at half of what is left of a short one. */
const AHEAD_MS = 30_000;
/** What has less left than this is left to end. */
const LEFT_MS_MIN = 5_000;
const TIMER_MS_MAX = 86_400_000;

/**
 * Asks the program for a newer token before the one that a connection has shown ends, and again at half of what is left as long as there is none.
 * When a token ends is read from the token; whether it does is the server's affair.
 */
export class TokenKeeper {
  readonly #environment: ConnectionEnvironment;
  readonly #source: TokenSource;
  readonly #renew: (token: string) => Promise<void>;
  #cancel: (() => void) | null = null;
  #watchCount = 0;

  /** `renew`: shows a newer token to the server. */
  constructor(environment: ConnectionEnvironment, source: TokenSource, renew: (token: string) => Promise<void>) {
    this.#environment = environment;
    this.#source = source;
    this.#renew = renew;
  }

  /** The connection has shown this token. `serverTimeMs`: since the Unix epoch, by the server's clock, which is the one that counts. */
  watch(token: string, serverTimeMs: number): void {
    this.stop();
    const leftMs = endMs(token) - serverTimeMs;
    if (!(leftMs > LEFT_MS_MIN)) return;
    const waitMs = Math.max(leftMs - AHEAD_MS, leftMs / 2);
    const watch = this.#watchCount;
    const turnMs = Math.min(waitMs, TIMER_MS_MAX);
    this.#cancel = this.#environment.setTimer(turnMs, () => {
      const thenMs = serverTimeMs + turnMs;
      if (turnMs < waitMs) this.watch(token, thenMs);
      else {
        void this.#ask(token).then((shown) => {
          if (watch === this.#watchCount) this.watch(shown, thenMs);
        });
      }
    });
  }

  stop(): void {
    this.#watchCount++;
    this.#cancel?.();
    this.#cancel = null;
  }

  /** The token that is shown from now on. */
  async #ask(token: string): Promise<string> {
    try {
      const newer = await this.#source();
      if (newer === undefined || newer === token) return token;
      await this.#renew(newer);
      return newer;
    } catch (error) {
      this.#environment.report(error);
      return token;
    }
  }
}

/** When a JSON Web Token ends, in milliseconds since the Unix epoch; NaN: that cannot be read, or it does not. */
function endMs(token: string): number {
  try {
    const [, payload = ''] = token.split('.');
    const { exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { exp?: number };
    return Number(exp) * 1000;
  } catch {
    return NaN;
  }
}
