import { createServer } from 'node:net';

/** A transport could not listen. The host turns it into the error that a person reads. */
export class ListenFailure extends Error {
  override readonly name = 'ListenFailure';
  readonly host: string;
  readonly port: number;
  /** The system's name of the reason: EADDRINUSE, EACCES, EADDRNOTAVAIL, …; UNKNOWN when it cannot be learnt. */
  readonly reason: string;

  constructor(host: string, port: number, reason: string) {
    super(`cannot listen on ${host}:${port}: ${reason}`);
    this.host = host;
    this.port = port;
    this.reason = reason;
  }

  /** uWebSockets.js tells only that it failed: Node's own server is asked for the reason. */
  static async explain(host: string, port: number): Promise<ListenFailure> {
    const reason = await new Promise<string>((settle) => {
      const probe = createServer();
      probe.once('error', (error: NodeJS.ErrnoException) => settle(error.code ?? 'UNKNOWN'));
      probe.listen({ host, port, exclusive: true }, () => probe.close(() => settle('UNKNOWN')));
    });
    return new ListenFailure(host, port, reason);
  }
}
