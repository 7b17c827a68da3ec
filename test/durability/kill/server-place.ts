import { type ConnectionEnvironment, defaultEnvironment } from '@tickbase/client';
import { WebSocket } from 'ws';

/** Where the server is just now, and who wants to know when it is there again. */
export class ServerPlace {
  /** Null: there is none. */
  port: number | null = null;
  readonly #sleepers = new Set<(isNetwork: boolean) => void>();

  cameUp(port: number): void {
    this.port = port;
    const sleepers = [...this.#sleepers];
    for (const wake of sleepers) wake(false); // each may go to sleep again
  }

  /** Sockets go to the port of the server's present life; a wait for the next attempt ends when there is one. */
  environment(report: (error: unknown) => void): ConnectionEnvironment {
    const open = (_url: string, protocol: string): object => {
      if (this.port === null) throw new Error('there is no server');
      return new WebSocket(`ws://127.0.0.1:${this.port}/v1/database/ledger/subscribe`, protocol);
    };
    return {
      ...defaultEnvironment(open),
      onWakeUp: (run) => {
        this.#sleepers.add(run);
        return () => this.#sleepers.delete(run);
      },
      report,
    };
  }
}
