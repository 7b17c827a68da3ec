import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy that treats each connection as it is told: it delays, stalls or cuts both ways at any byte. */
export class LinksProxy {
  /** May be moved, for a server that comes back elsewhere. */
  targetPort: number;
  readonly #server: Server;
  readonly #links = new Set<Relay>();
  /** Connections that wait until there is a network again; null: there is one. */
  #held: (() => void)[] | null = null;

  private constructor(targetPort: number) {
    this.targetPort = targetPort;
    this.#server = createServer((near) => {
      const relay = (): void => {
        const link = new Relay(near, connect(this.targetPort, '127.0.0.1'));
        this.#links.add(link);
        near.once('close', () => this.#links.delete(link));
      };
      if (this.#held === null) relay();
      else this.#held.push(relay);
    });
  }

  static async open(targetPort: number): Promise<LinksProxy> {
    const proxy = new LinksProxy(targetPort);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get address(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The connections of this moment, in the order in which they were opened. */
  get links(): readonly Relay[] {
    return [...this.#links];
  }

  /** New connections get nowhere until `release`. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const relay of held) relay();
  }

  /** Ends every connection without a closing handshake. */
  cut(): void {
    for (const link of this.#links) link.cut();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** One connection through the proxy. */
export class Relay {
  /** Of every byte in both directions. */
  delayMs = 0;
  readonly #ends: readonly [Socket, Socket];

  constructor(near: Socket, far: Socket) {
    this.#ends = [near, far];
    this.#pass(near, far);
    this.#pass(far, near);
  }

  /** Ends it without a closing handshake. */
  cut(): void {
    for (const end of this.#ends) end.destroy();
  }

  /** Nothing passes for so long, and nobody is told. */
  stall(ms: number): void {
    for (const end of this.#ends) end.pause();
    setTimeout(() => {
      for (const end of this.#ends) end.resume();
    }, ms);
  }

  #pass(from: Socket, to: Socket): void {
    // Whatever the delays are, bytes leave in their order: each timer sends what has waited longest.
    const waiting: Buffer[] = [];
    from.setNoDelay(true);
    from.on('data', (bytes: Buffer) => {
      if (this.delayMs === 0 && waiting.length === 0) {
        to.write(bytes);
        return;
      }
      waiting.push(bytes);
      setTimeout(() => to.write(waiting.shift()!), this.delayMs);
    });
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  }
}
