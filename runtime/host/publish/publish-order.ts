import { isAbsolute } from 'node:path';
import { TickbaseError } from '@tickbase/base';
import { assignIds, isAllowed, type MigrationStep, type Plan, planMigration } from '@tickbase/schema/plan';
import { hasRows, migrateTables } from '../../store/index.ts';
import { DISK_FULL } from '../../tick/index.ts';
import type { DataFolder } from '../../storage/index.ts';
import type { ControlHandler } from '../control/index.ts';
import { type LoadedModule, loadModule } from '../load-module.ts';
import { emptyTables } from '../persistence/plain-tables.ts';
import type { RunningWorld } from '../running-world.ts';
import type { PublishAnswer } from './publish-answer.ts';

/**
 * The order `publish`: loads a module beside the one that is served, moves the rows to it between two ticks, and answers when that is durable.
 * One at a time. Whatever goes wrong before that moment, the old module goes on as if nothing had been; the world's log says how it ended.
 */
export function publishOrder(parts: PublishParts): ControlHandler {
  const { world } = parts;
  const publisher = new Publisher(parts);
  let isBusy = false;
  return async (given, tell) => {
    const options = readOptions(given);
    if (isBusy) throw busy('another publish is being done', 'wait for its end');
    isBusy = true;
    try {
      const answer = await publisher.publish(options, tell);
      world.notePublish(options.isDryRun ? 'tried' : answer.outcome);
      return { ...answer };
    } catch (error) {
      world.notePublish('failed');
      const { modulePath } = options;
      const code = error instanceof TickbaseError ? error.code : 'CONTROL_FAILED';
      world.log.warn({ code, modulePath }, 'a module was not published: the one that is served goes on');
      throw error;
    } finally {
      isBusy = false;
    }
  };
}

export interface PublishParts {
  readonly world: RunningWorld;
  readonly folder: DataFolder;
  /** For how many ticks a freed slot rests. */
  readonly slotRestTicks: number;
  /** The module that is served from now on, to be found again by the next start, lies here. */
  readonly onPublished: (modulePath: string) => void;
}

interface PublishOptions {
  readonly modulePath: string;
  readonly isDryRun: boolean;
  readonly mayBreakClients: boolean;
}

class Publisher {
  readonly #parts: PublishParts;

  constructor(parts: PublishParts) {
    this.#parts = parts;
  }

  async publish({ modulePath, isDryRun, mayBreakClients }: PublishOptions, tell: Tell): Promise<PublishAnswer> {
    const { world, folder, onPublished } = this.#parts;
    tell('the module is being loaded');
    const loaded = await loadModule(modulePath, LOAD_MS_MAX);
    // From here to the end of the move nothing awaits: no tick comes between.
    if (world.isStopped) throw busy('the server is going down', 'publish when it runs again');
    if (!world.gateway.acceptsWrites) throw diskFull();
    const plan = assignIds(loaded.plan, world.plan);
    if (plan.tickRate !== world.plan.tickRate) throw needsRestart(world.plan, plan);
    if (isDryRun) return this.#answer(...this.#tryOut(plan));
    const moved = this.#move(loaded, plan, mayBreakClients);
    if (moved.durable === null) {
      world.log.warn({ modulePath, outcome: moved.answer.outcome }, 'a module was not published');
      return moved.answer;
    }
    tell('the new module serves; the publish is done when the disk has it');
    await moved.durable;
    try {
      folder.keepPlan(plan);
    } catch (error) {
      world.log.warn({ err: error }, 'the plan is in the log, and could not be kept beside it: the next start does so');
    }
    onPublished(modulePath);
    const { steps, stillMs } = moved.answer;
    const fields = { modulePath, steps: steps.map(({ what }) => what), stillMs: Math.round(stillMs) };
    world.log.info(fields, 'a new module serves');
    return moved.answer;
  }

  /** What a publish would come to, with the rows as they are now. */
  #tryOut(plan: Plan): ['possible' | 'refused', readonly MigrationStep[]] {
    const { world } = this.#parts;
    const migration = planMigration(world.plan, plan, (position) => !hasRows(world.tables[position]!));
    if (!isAllowed(migration)) return ['refused', migration.steps];
    const refused = migrateTables(world.tables, emptyTables(plan), migration);
    return refused.length > 0 ? ['refused', [...migration.steps, ...refused]] : ['possible', migration.steps];
  }

  #move(loaded: LoadedModule, plan: Plan, mayBreakClients: boolean): Moved {
    const { world, folder, slotRestTicks } = this.#parts;
    const next = loaded.createWorld(plan, folder.identity, slotRestTicks);
    const startMs = performance.now();
    const migration = planMigration(world.plan, plan, (position) => !hasRows(world.tables[position]!));
    const { steps } = migration;
    if (!isAllowed(migration)) return { answer: this.#answer('refused', steps), durable: null };
    const isBreaking = steps.some((step) => step.class === 'disconnects clients');
    if (isBreaking && !mayBreakClients) return { answer: this.#answer('breaking', steps), durable: null };
    const refused = migrateTables(world.tables, next.tables, migration);
    if (refused.length > 0) return { answer: this.#answer('refused', [...steps, ...refused]), durable: null };
    const durable = world.replace({ loaded, world: next, migration });
    return { answer: this.#answer('published', steps, performance.now() - startMs), durable };
  }

  #answer(outcome: PublishAnswer['outcome'], steps: readonly MigrationStep[], stillMs = 0): PublishAnswer {
    return { outcome, database: this.#parts.world.database, steps, stillMs };
  }
}

type Tell = (text: string) => void;

interface Moved {
  readonly answer: PublishAnswer;
  /** Null: nothing was changed. */
  readonly durable: Promise<void> | null;
}

/** The tick waits for the module's top level: what takes longer is for a start. */
const LOAD_MS_MAX = 2_000;

function readOptions(given: Readonly<Record<string, unknown>>): PublishOptions {
  const { modulePath, isDryRun = false, mayBreakClients = false } = given;
  if (typeof modulePath !== 'string' || !isAbsolute(modulePath)) throw badOrder('`modulePath` is no absolute path');
  if (typeof isDryRun !== 'boolean' || typeof mayBreakClients !== 'boolean') throw badOrder('a switch is no boolean');
  return { modulePath, isDryRun, mayBreakClients };
}

function badOrder(why: string): TickbaseError {
  return new TickbaseError({
    code: 'CONTROL_ORDER',
    what: `an order to publish was not taken: ${why}`,
    where: 'the order',
    mend: 'use the `tickbase` command of the version that the server has',
  });
}

function busy(what: string, mend: string): TickbaseError {
  return new TickbaseError({ code: 'PUBLISH_BUSY', what, where: 'the server of the data folder', mend });
}

function diskFull(): TickbaseError {
  return new TickbaseError({
    code: DISK_FULL,
    what: 'the disk is full: a new plan cannot be kept',
    where: 'the data folder of the server',
    mend: 'make room on its disk, and publish again',
  });
}

function needsRestart(before: Plan, after: Plan): TickbaseError {
  return new TickbaseError({
    code: 'PUBLISH_NEEDS_RESTART',
    what: `a running server cannot go from tickRate ${before.tickRate} to ${after.tickRate}`,
    where: 'schema(…, { tickRate })',
    mend: 'stop the server and start it again with the new module: the data folder is migrated then',
  });
}
