import type { LinkKeeper } from './link-keeper.ts';
import type { Session } from './session.ts';

/**
 * Sessions that the module ends. Each goes when the transaction that said so is durable, behind what it was still told of it: who hears that it is out
 * can rely on it. From the order on nothing more is taken from its socket.
 */
export class Expulsions {
  readonly #keeper: Pick<LinkKeeper, 'close' | 'end' | 'silence'>;
  /** By ascending tick. */
  readonly #waiting: { readonly session: Session; readonly tick: number; readonly message: string }[] = [];

  constructor(keeper: Pick<LinkKeeper, 'close' | 'end' | 'silence'>) {
    this.#keeper = keeper;
  }

  get count(): number {
    return this.#waiting.length;
  }

  add(session: Session, tick: number, message: string): void {
    if (session.state === 'leaving') return;
    if (session.link === null) return this.#keeper.end(session);
    this.#keeper.silence(session.link);
    this.#waiting.push({ session, tick, message });
  }

  /** What is told at a tick up to here has left. */
  release(durableTick: number): void {
    while (this.#waiting.length > 0 && this.#waiting[0]!.tick <= durableTick) {
      const { session, message } = this.#waiting.shift()!;
      const { link } = session;
      if (link === null) this.#keeper.end(session);
      else this.#keeper.close(link, { close: 'DISCONNECTED', code: 'ENDED_BY_MODULE', message });
    }
  }
}
