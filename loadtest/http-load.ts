import { ChildProgram } from './child-program.ts';
import type { HttpFigures } from './http-figures.ts';

/** Requests to a server beside its bots, sent by a process of their own. */
export class HttpLoad {
  readonly #program: ChildProgram<{ readonly kind: 'leave' }, FromHttp>;
  readonly #figures: Promise<readonly HttpFigures[] | null>;

  constructor({ origin, paths, perSecond, seconds }: HttpOrders) {
    const args = [origin, String(perSecond), String(seconds), ...paths];
    let told: readonly HttpFigures[] | null = null;
    this.#program = new ChildProgram('./http-program.ts', args, [], ({ figures }) => (told = figures));
    this.#figures = this.#program.ended.then(() => told);
  }

  /** Once all is asked; null: its process has failed. */
  figures(): Promise<readonly HttpFigures[] | null> {
    return this.#figures;
  }

  leave(): Promise<void> {
    return this.#program.leave({ kind: 'leave' });
  }
}

export interface HttpOrders {
  /** `http://HOST:PORT` */
  readonly origin: string;
  readonly paths: readonly string[];
  /** Requests a second for each of them. */
  readonly perSecond: number;
  readonly seconds: number;
}

export interface FromHttp {
  readonly figures: readonly HttpFigures[];
}
