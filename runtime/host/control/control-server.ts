import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { TickbaseError } from '@tickbase/base';
import {
  CONTROL_VERSION,
  type ControlLine,
  type ControlOrder,
  LineGatherer,
  ORDER_BYTES_MAX,
} from './control-lines.ts';
import { type ControlPath, controlPath } from './control-path.ts';

/**
 * Does an order that came over the control socket, and returns its answer: plain data. Throws a TickbaseError to refuse it. `tell`: a line of progress for
 * who waits.
 */
export type ControlHandler = (
  options: ControlOrder['options'],
  tell: (text: string) => void,
) => Promise<Readonly<Record<string, unknown>>>;

/**
 * Takes orders for a running server from its own user: a Unix socket in the data folder, mode 0600, which no browser and no other user reaches.
 * Whoever opens it holds the folder's lock, so a socket that lies there is of a server that is gone.
 */
export class ControlServer {
  readonly #server: Server;
  readonly #path: ControlPath;
  readonly #handlers: ReadonlyMap<string, ControlHandler>;
  readonly #onFault: (error: unknown) => void;
  readonly #sockets = new Set<Socket>();
  /** Orders that are being done. */
  readonly #orders = new Set<Promise<void>>();

  private constructor(options: ControlServerOptions, path: ControlPath) {
    this.#path = path;
    this.#handlers = new Map(Object.entries(options.handlers));
    this.#onFault = options.onFault;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  /** Rejects with CONTROL_PATH or DATA_DIR_UNUSABLE. */
  static async open(options: ControlServerOptions): Promise<ControlServer> {
    const path = controlPath(options.folder);
    const control = new ControlServer(options, path);
    try {
      rmSync(path.path, { force: true });
      await control.#listen();
    } catch (error) {
      path.release();
      throw new TickbaseError({
        code: 'DATA_DIR_UNUSABLE',
        what: `the control socket cannot be made: ${(error as Error).message}`,
        where: options.folder,
        mend: 'give a folder on a file system with sockets, which this user may write, with --data-dir',
      });
    }
    return control;
  }

  /** Takes no more orders, lets those that are being done have their answers, and removes the socket. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await Promise.all(this.#orders);
    for (const socket of this.#sockets) socket.destroySoon();
    await closed;
    this.#path.release();
  }

  #listen(): Promise<void> {
    const server = this.#server;
    return new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      // The socket is made within `listen`: it is never there with another mode.
      const mask = process.umask(0o177);
      try {
        server.listen({ path: this.#path.path }, () => {
          server.off('error', reject);
          server.on('error', this.#onFault);
          resolve();
        });
      } finally {
        process.umask(mask);
      }
      server.unref();
    }).then(() => chmodSync(this.#path.path, 0o600));
  }

  #accept(socket: Socket): void {
    const lines = new LineGatherer(ORDER_BYTES_MAX);
    const timer = setTimeout(() => refuse(socket, 'no order came in time'), ORDER_MS_MAX);
    let isTaken = false;
    const refuseOnce = (why: string): void => {
      isTaken = true;
      refuse(socket, why);
    };
    this.#sockets.add(socket);
    // Who has gone away gets no answer; what it ordered is done all the same.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      this.#sockets.delete(socket);
    });
    socket.on('end', () => {
      if (!isTaken) refuseOnce('the connection ended before an order');
    });
    socket.on('data', (bytes) => {
      if (isTaken) return;
      const found = lines.take(bytes);
      if (found === null) return refuseOnce(`an order is longer than ${ORDER_BYTES_MAX} bytes`);
      const [line] = found;
      if (line === undefined) return;
      isTaken = true;
      clearTimeout(timer);
      if (this.#orders.size >= ORDERS_MAX) return refuse(socket, `${ORDERS_MAX} orders are being done already`);
      const order = this.#run(socket, line).finally(() => this.#orders.delete(order));
      this.#orders.add(order);
    });
    if (this.#sockets.size > CONNECTIONS_MAX) refuseOnce(`there are ${CONNECTIONS_MAX} connections already`);
  }

  async #run(socket: Socket, line: string): Promise<void> {
    try {
      const { order, options } = readOrder(line);
      const handler = this.#handlers.get(order);
      if (handler === undefined) {
        const known = [...this.#handlers.keys()].join(', ');
        throw badOrder(`there is no order ${JSON.stringify(order.slice(0, 60))}, only ${known}`);
      }
      say(socket, { answer: await handler(options, (text) => say(socket, { progress: text })) });
    } catch (error) {
      if (!(error instanceof TickbaseError)) this.#onFault(error);
      const { code, what, where, mend } = error instanceof TickbaseError ? error : failed();
      say(socket, { error: { code, what, where, mend } });
    }
    socket.end();
  }
}

export interface ControlServerOptions {
  readonly folder: string;
  /** By the name of the order. */
  readonly handlers: Readonly<Record<string, ControlHandler>>;
  /** An error that is none of ours: the order has failed, the server goes on. */
  readonly onFault: (error: unknown) => void;
}

/** Who connects has something to say. */
const ORDER_MS_MAX = 5000;
/** People and scripts of one machine: more is a mistake. */
const CONNECTIONS_MAX = 32;
const ORDERS_MAX = 16;

function readOrder(line: string): ControlOrder {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw badOrder('it is no JSON');
  }
  const { control, order, options } = (isRecord(value) ? value : {}) as Partial<ControlOrder>;
  if (control !== CONTROL_VERSION)
    throw badOrder(`it says control ${JSON.stringify(control)?.slice(0, 60)}, this server takes ${CONTROL_VERSION}`);
  if (typeof order !== 'string') throw badOrder('it names no order');
  if (options !== undefined && !isRecord(options)) throw badOrder('its options are no object');
  return { control, order, options: options ?? {} };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(socket: Socket, why: string): void {
  const { code, what, where, mend } = badOrder(why);
  say(socket, { error: { code, what, where, mend } });
  socket.destroySoon();
}

function say(socket: Socket, line: ControlLine): void {
  if (socket.writable) socket.write(`${JSON.stringify(line)}\n`);
}

function badOrder(what: string): TickbaseError {
  return new TickbaseError({
    code: 'CONTROL_ORDER',
    what: `an order over the control socket was not taken: ${what}`,
    where: 'the control socket of the data folder',
    mend: 'use the `tickbase` command of the version that the server has',
  });
}

function failed(): TickbaseError {
  return new TickbaseError({
    code: 'CONTROL_FAILED',
    what: 'the order failed by a fault of the server, which goes on as before',
    where: 'the control socket of the data folder',
    mend: 'see the log of the server',
  });
}
