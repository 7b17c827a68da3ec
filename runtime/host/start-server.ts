import { randomBytes } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { TickbaseError } from '@tickbase/base';
import { assignIds } from '@tickbase/schema/plan';
import type { Logger } from 'pino';
import { type GatewayLimits, RESUME_GRACE_MS, type TlsFiles } from '../gateway/index.ts';
import { AdminRules, Authenticator } from '../identity/index.ts';
import {
  DataFolder,
  type Disk,
  FolderLock,
  KeyFile,
  NodeDisk,
  type SnapshotRetention,
  type SnapshotSchedule,
} from '../storage/index.ts';
import { Timeline } from '../tick/index.ts';
import { HttpApi } from './http/http-api.ts';
import { ownerOf } from './http/owner-token.ts';
import { listen, type PortOrigin } from './listen.ts';
import { leaveRingTicks } from './leave-ring-ticks.ts';
import { loadModule } from './load-module.ts';
import type { ObservedTick } from './observed-tick.ts';
import { backupOrder } from './persistence/backup-order.ts';
import { openDatabase, SNAPSHOT_FOLDER } from './persistence/open-database.ts';
import { WorldStorage } from './persistence/world-storage.ts';
import { publishOrder } from './publish/publish-order.ts';
import { RunningServer } from './running-server.ts';
import { RunningWorld } from './running-world.ts';
import { serverLog } from './server-log.ts';

/**
 * Starts a module as a server: bundles and loads it, opens its data folder, runs init and started, then lets clients in.
 * Rejects with a TickbaseError; nothing is left running then.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const modulePath = resolve(options.modulePath);
  const database = options.database ?? basename(modulePath);
  checkName(database);
  const log = options.log ?? serverLog({ isForPeople: false, write: (text) => void process.stdout.write(text) });
  let loaded = await loadModule(modulePath);

  const dataDir = resolve(options.dataDir ?? join(modulePath, '.tickbase'));
  DataFolder.refuseForeign(dataDir);
  DataFolder.prepare(dataDir);
  const lock = await FolderLock.take(dataDir);
  let storage: WorldStorage | null = null;
  try {
    const folder = DataFolder.open(dataDir);
    const { keys } = KeyFile.open(join(dataDir, 'identity-keys.json'), Date.now());
    const identities = new Authenticator({
      keys,
      databaseIdentity: folder.identity,
      issuers: options.issuers ?? [],
      audiences: options.audiences ?? [],
    });
    const owner = await ownerOf(dataDir, identities);
    const admins = new AdminRules(owner, options.admins ?? [], options.issuers ?? []);
    const epoch = randomBytes(8).toString('hex');
    const {
      limits,
      resumeGraceMs,
      staticDir,
      allowedOrigins,
      callMsMax,
      startHookMsMax,
      logInputs,
      overload,
      overloadWindowMs,
      workers,
      observeTick,
    } = options;
    const disk = options.disk ?? new NodeDisk();
    const slotRestTicks = leaveRingTicks(loaded.plan.tickRate, resumeGraceMs ?? RESUME_GRACE_MS) + 1;
    let isLoadedUsed = false;
    let onFailure: (error: TickbaseError) => void = failStart;
    const opened = await openDatabase({
      worldAfter: async (before) => {
        if (isLoadedUsed) loaded = await loadModule(modulePath); // a context has one world
        isLoadedUsed = true;
        return loaded.createWorld(assignIds(loaded.plan, before), folder.identity, slotRestTicks);
      },
      folder,
      disk,
      log,
      segmentBytes: options.segmentBytes,
      cutLogAt: options.cutLogAt,
      onFailure: (error) => onFailure(error),
    });
    const { world } = opened;
    const { plan } = world;
    storage = new WorldStorage({
      opened,
      disk,
      folder: join(dataDir, SNAPSHOT_FOLDER),
      plan,
      tables: world.tables,
      logger: log,
      schedule: options.snapshotSchedule,
      retention: options.snapshotRetention,
    });
    const timeline = new Timeline(folder.seed, opened.tick, Number(opened.timestampUs) + TICK_TRANSACTIONS_MAX);
    const runningWorld = new RunningWorld({
      loaded,
      world,
      storage,
      timeline,
      identities,
      database,
      epoch,
      log,
      limits,
      resumeGraceMs,
      callMsMax,
      startHookMsMax,
      logInputs,
      overload,
      overloadWindowMs,
      workers,
      observeTick,
    });
    onFailure = (error) => runningWorld.failStorage(error);
    runningWorld.runStartHooks(opened.isNew);
    await runningWorld.whenDurable();
    const host = options.host ?? '127.0.0.1';
    let running: RunningServer | null = null;
    const { gateway } = runningWorld;
    const api = new HttpApi({ gateway, identities, admins, plan: () => runningWorld.plan });
    const transport = await listen(
      {
        host,
        port: options.port ?? 3000,
        database,
        limits: gateway.limits,
        events: gateway,
        api: (request) => api.answer(request),
        refusedDatabase: (asked) => {
          log.warn({ asked, database }, 'a client asked for a database that this server does not have');
        },
        health: () => running?.health() ?? runningWorld.health('starting'),
        metrics: () => runningWorld.metrics(),
        metricsFor: options.metricsFor ?? 'local',
        ...(options.tls === undefined ? {} : { tls: options.tls }),
        ...(staticDir === undefined ? {} : { staticDir: resolve(staticDir) }),
        ...(allowedOrigins === undefined ? {} : { allowedOrigins }),
      },
      { count: options.socketThreads ?? 0, onFailure: (error) => runningWorld.failSockets(error) },
      options.portOrigin ?? (options.port === undefined ? 'default' : 'program'),
    );
    runningWorld.sendsBy(transport);
    running = new RunningServer(runningWorld, transport, lock, {
      host,
      dataDir,
      modulePath,
      isEncrypted: options.tls !== undefined,
    });
    await running
      .takeOrders(dataDir, {
        backup: backupOrder({ disk, dataDir, database, storage }),
        publish: publishOrder({
          world: runningWorld,
          folder,
          slotRestTicks,
          onPublished: (path) => running!.published(path),
        }),
      })
      .catch(async (error: unknown) => {
        await transport.close();
        throw error;
      });
    runningWorld.start();
    // A turn later, when the caller has set up its signal handlers: who waits for this line may send a signal at once.
    const { port, address } = running;
    setImmediate(() => log.info({ database, port, epoch, tickRate: plan.tickRate }, `listening at ${address}`));
    return running;
  } catch (error) {
    await storage?.close(false);
    await lock.release();
    throw error;
  }
}

export interface ServerOptions {
  readonly modulePath: string;
  /** The folder's name unless given. */
  readonly database?: string;
  /** 127.0.0.1 unless given. */
  readonly host?: string;
  /** 3000 unless given; 0 takes a free one. */
  readonly port?: number;
  /** Who asked for the port, for the error when it is taken. */
  readonly portOrigin?: PortOrigin;
  /** `.tickbase` in the module's folder unless given. */
  readonly dataDir?: string;
  /** A certificate and its key, PEM files: sockets and HTTP are encrypted. They are not unless given. */
  readonly tls?: TlsFiles;
  /** Files served at `/`. */
  readonly staticDir?: string;
  readonly allowedOrigins?: readonly string[];
  readonly limits?: Partial<GatewayLimits>;
  readonly resumeGraceMs?: number;
  readonly log?: Logger;
  /** Who may read GET /v1/metrics: requests from this machine unless given. Behind a proxy of this machine all requests are. */
  readonly metricsFor?: 'local' | 'all' | 'none';
  /**
   * How long one function of the module may run, in milliseconds, before it is stopped and rolled back. 500 unless given. 0: as long as it
   * likes, which spares each tick a thread of V8's (docs/decisions/0012-forced-stops.md).
   */
  readonly callMsMax?: number;
  /** The same for `init` and `started`. 10 000 unless given. */
  readonly startHookMsMax?: number;
  /** The log keeps what clients called beside what came of it, the refused calls too: for audit, and a replay. False unless given. */
  readonly logInputs?: boolean;
  /** Clients are sent less when ticks take most of their time (docs/operating/overload.md). True unless given. */
  readonly overload?: boolean;
  /** Over how long ticks are looked at for that. 3000 unless given: less only where a test would wait too long. */
  readonly overloadWindowMs?: number;
  /** Threads beside the tick's that encode what clients are sent; 'auto' unless given: two less than there are cores, and at most four. */
  readonly workers?: number | 'auto';
  /**
   * Threads that have the sockets and HTTP to themselves, so that the tick's thread is spared the kernel's part of every message. 0 unless given: the tick's
   * thread has them. More than one: on Linux alone.
   */
  readonly socketThreads?: number;
  /** Issuers of OpenID Connect whose tokens are accepted beside the server's own, as `iss` names them; none unless given. */
  readonly issuers?: readonly string[];
  /** One of these must be named by `aud` of their tokens; `NAME@ISSUER`: of the tokens of one of them, which answers to no other name then. */
  readonly audiences?: readonly string[];
  /** Who may do what the owner may: identities of 64 hex digits, or `claim=value`, also `claim=value@ISSUER`; nobody unless given. */
  readonly admins?: readonly string[];
  /** The real disk unless given. */
  readonly disk?: Disk;
  /** Size of a file of the commit log, in bytes: 32 MB unless given. */
  readonly segmentBytes?: number;
  /** The record with which the damage of a commit log begins, as an earlier start has told it: it and all after it are lost. */
  readonly cutLogAt?: number;
  /** When snapshots are taken, and how many are kept. */
  readonly snapshotSchedule?: SnapshotSchedule;
  readonly snapshotRetention?: SnapshotRetention;
  /**
   * Called on the tick thread after each tick (at `tickRate: 0` after each wake-up), once its frames have left: what it takes is the next
   * tick's lateness. For load tests and tools. What it throws ends the server as a fault.
   */
  readonly observeTick?: (seen: ObservedTick) => void;
}

/** The log has the time at which a tick began; its transactions follow by a microsecond each. */
const TICK_TRANSACTIONS_MAX = 100_000;

/** The log fails while nobody is served yet. */
function failStart(error: TickbaseError): void {
  throw error;
}

/** A database's name is a part of addresses: letters, digits, `-`, `_` and `.`. */
function checkName(database: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(database)) return;
  throw new TickbaseError({
    code: 'DATABASE_NAME',
    what: `${JSON.stringify(database)} cannot be the name of a database`,
    where: '--name, or the name of the module folder',
    mend: 'give a name of at most 63 letters, digits, "-", "_" and "." with --name',
  });
}
