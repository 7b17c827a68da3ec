import type { Logger } from 'pino';
import type { HealthReport, UwsTransport } from '../gateway/index.ts';
import type { FolderLock } from '../storage/index.ts';
import { type ControlHandler, ControlServer, serverOrders } from './control/index.ts';
import type { RunningWorld } from './running-world.ts';
import type { Plan } from '@tickbase/schema/plan';

/** A server that lets clients in, until `stop` or a fault ends it. */
export class RunningServer {
  readonly port: number;
  /** `http://HOST:PORT`, or `https:` */
  readonly address: string;
  readonly database: string;
  readonly epoch: string;
  readonly log: Logger;
  /** Settles when the server has ended: with null after `stop`, with the error after a fault. Never rejects. */
  readonly ended: Promise<unknown>;

  readonly #world: RunningWorld;
  readonly #transport: UwsTransport;
  readonly #lock: FolderLock;
  #settle: (fault: unknown) => void = () => {};
  #stopping: Promise<void> | null = null;
  #control: ControlServer | null = null;

  readonly dataDir: string;
  /** Called after each publish, before who ordered it has the answer. */
  onPublished: () => void = () => {};
  #modulePath: string;

  constructor(world: RunningWorld, transport: UwsTransport, lock: FolderLock, place: ServerPlace) {
    const { host, isEncrypted } = place;
    this.dataDir = place.dataDir;
    this.#modulePath = place.modulePath;
    this.#world = world;
    this.#transport = transport;
    this.#lock = lock;
    this.port = transport.port;
    this.address = `${isEncrypted ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${transport.port}`;
    this.database = world.database;
    this.epoch = world.epoch;
    this.log = world.log;
    this.ended = new Promise((settle) => {
      this.#settle = settle;
    });
    world.onFault = (error) =>
      void this.#end('INTERNAL', 'INTERNAL_ERROR', 'the server failed')
        .then(() => this.#control?.close())
        .then(() => this.#settle(error));
  }

  /** Of the module that is served now. */
  get plan(): Plan {
    return this.#world.plan;
  }

  /** Folder of the module that is served now. */
  get modulePath(): string {
    return this.#modulePath;
  }

  /** A module of this folder has taken over. */
  published(modulePath: string): void {
    if (modulePath !== this.#modulePath) {
      this.#modulePath = modulePath;
      const text = 'the module lies in another folder than before: start the server with this one next time';
      this.log.warn({ modulePath }, text);
    }
    this.onPublished();
  }

  /** From here on it does what comes over the control socket of its data folder: `status`, `stop`, and these. */
  async takeOrders(folder: string, handlers: Readonly<Record<string, ControlHandler>>): Promise<void> {
    const end = async (reason: string): Promise<void> => {
      void this.stop(reason);
      await this.#stopping; // what `stop` waits for beyond it is the answer to this order
    };
    this.#control = await ControlServer.open({
      folder,
      handlers: {
        ...serverOrders({ database: this.database, address: this.address, health: () => this.health(), end }),
        ...handlers,
      },
      onFault: (error) => this.log.error({ err: error }, 'an order failed by a fault of the server'),
    });
  }

  health(): HealthReport {
    return this.#world.health(this.#stopping === null ? 'ok' : 'stopping');
  }

  /** Takes no more clients, finishes the tick, sends what waits, closes sockets with a resumable code, frees port and folder. */
  async stop(reason: string): Promise<void> {
    if (this.#stopping === null) this.log.info({ reason }, 'stopping');
    await this.#end('RESTART', 'RESTARTING', `the server is going down; come back in ${AWAY_MS} ms`);
    await this.#control?.close();
    this.#settle(null);
  }

  #end(close: 'RESTART' | 'INTERNAL', code: string, message: string): Promise<void> {
    this.#stopping ??= this.#shutDown(close, code, message);
    return this.#stopping;
  }

  async #shutDown(close: 'RESTART' | 'INTERNAL', code: string, message: string): Promise<void> {
    const { gateway } = this.#world;
    gateway.stopAccepting();
    this.#transport.stopListening();
    this.#world.stop();
    if (close === 'RESTART') {
      // What the last ticks told leaves once the disk has it.
      this.#world.runLast();
      await within(DISK_MS, this.#world.whenDurable()).catch(() => {}); // a disk that fails has its own words
    }
    const hasClients = gateway.clientCount > 0;
    gateway.closeAll(close, code, message);
    if (hasClients) await new Promise((resolve) => setTimeout(resolve, CLOSE_MS));
    await this.#transport.close();
    await within(STORAGE_MS, this.#world.closeStorage(close === 'RESTART')).catch((error: unknown) => {
      this.log.error({ err: error }, 'the data folder was left as after a crash; the next start recovers it');
    });
    await this.#lock.release();
  }
}

/** Rejects when `work` takes longer: a disk may never answer. */
function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timeout: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timeout = setTimeout(() => reject(new Error(`the disk did not answer for ${limitMs} ms`)), limitMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timeout));
}

/** What a client waits for at the end to be durable. */
const DISK_MS = 5_000;
/** The last snapshot of a large world takes its time. */
const STORAGE_MS = 60_000;

export interface ServerPlace {
  readonly host: string;
  readonly isEncrypted: boolean;
  readonly dataDir: string;
  /** Folder of the module. */
  readonly modulePath: string;
}

/**
 * What clients are asked to stay away for: about what a restart takes until the port is open again. The client library spreads
 * its clients over half as long again.
 */
const AWAY_MS = 1000;
/** Time for the last messages and close frames to leave; what a peer has not taken by then it finds out by a resume. */
const CLOSE_MS = 150;
