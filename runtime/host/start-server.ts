import { randomBytes } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { TickbaseError } from '@tickbase/base';
import { assignIds } from '@tickbase/schema/plan';
import type { Logger } from 'pino';
import type { GatewayLimits } from '../gateway/index.ts';
import { DataFolder, FolderLock, IdentityStore } from '../storage/index.ts';
import { listen, type PortOrigin } from './listen.ts';
import { loadModule } from './load-module.ts';
import type { ObservedTick } from './observed-tick.ts';
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
  const loaded = await loadModule(modulePath);

  const dataDir = resolve(options.dataDir ?? join(modulePath, '.tickbase'));
  DataFolder.prepare(dataDir);
  const lock = await FolderLock.take(dataDir);
  try {
    const folder = DataFolder.open(dataDir);
    const identities = IdentityStore.open(join(dataDir, 'identity.key'));
    const plan = assignIds(loaded.plan, folder.readPlan());
    folder.keepPlan(plan);

    const epoch = randomBytes(8).toString('hex');
    const { limits, resumeGraceMs, staticDir, allowedOrigins, callMsMax, startHookMsMax, observeTick } = options;
    const world = new RunningWorld({
      loaded,
      plan,
      folder,
      identities,
      database,
      epoch,
      log,
      limits,
      resumeGraceMs,
      callMsMax,
      startHookMsMax,
      observeTick,
    });
    world.runStartHooks();
    const host = options.host ?? '127.0.0.1';
    let running: RunningServer | null = null;
    const transport = await listen(
      {
        host,
        port: options.port ?? 3000,
        database,
        limits: world.gateway.limits,
        events: world.gateway,
        refusedDatabase: (asked) => {
          log.warn({ asked, database }, 'a client asked for a database that this server does not have');
        },
        health: () => running?.health() ?? world.health('starting'),
        metrics: () => world.metrics(),
        metricsFor: options.metricsFor ?? 'local',
        ...(staticDir === undefined ? {} : { staticDir: resolve(staticDir) }),
        ...(allowedOrigins === undefined ? {} : { allowedOrigins }),
      },
      options.portOrigin ?? (options.port === undefined ? 'default' : 'program'),
    );
    running = new RunningServer(world, transport, lock, host);
    world.start();
    // A turn later, when the caller has set up its signal handlers: who waits for this line may send a signal at once.
    const { port, address } = running;
    setImmediate(() => log.info({ database, port, epoch, tickRate: plan.tickRate }, `listening at ${address}`));
    return running;
  } catch (error) {
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
  /**
   * Called on the tick thread after each tick (at `tickRate: 0` after each wake-up), once its frames have left: what it takes is the next
   * tick's lateness. For load tests and tools. What it throws ends the server as a fault.
   */
  readonly observeTick?: (seen: ObservedTick) => void;
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
