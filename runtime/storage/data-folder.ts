import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TickbaseError } from '@tickbase/base';
import type { Plan } from '@tickbase/schema/plan';
import { makeFolders } from './disk/make-folders.ts';
import { writeDurably } from './write-durably.ts';

/**
 * The folder of one database: who it is (`database.json`), and the plan whose ids it has given (`plan.json`). Whoever
 * opens it holds its lock.
 */
export class DataFolder {
  readonly path: string;
  /** The module's own identity: 256 random bits, given once. Sender of scheduled calls. */
  readonly identity: bigint;
  /** Seed of all random numbers of its world: an integer below 2^53, given once. */
  readonly seed: number;

  private constructor(path: string, identity: bigint, seed: number) {
    this.path = path;
    this.identity = identity;
    this.seed = seed;
  }

  /**
   * Throws DATA_DIR_FOREIGN for a folder in which something lies that no server has put there: a world is not written among the files of
   * something else.
   */
  static refuseForeign(path: string): void {
    if (!existsSync(path) || existsSync(join(path, 'database.json'))) return;
    let names: readonly string[];
    try {
      names = readdirSync(path);
    } catch {
      return; // what is wrong with it, the next step tells
    }
    const foreign = names.filter((name) => !OURS.test(name));
    if (foreign.length === 0) return;
    throw new TickbaseError({
      code: 'DATA_DIR_FOREIGN',
      what: `the folder holds ${foreign[0]!}, and no world`,
      where: path,
      mend: 'name a folder that is new or empty, or that of a world, with --data-dir',
    });
  }

  /** Makes the folder, and git overlook it. */
  static prepare(path: string): void {
    try {
      makeFolders(path);
      const ignoreFile = join(path, '.gitignore');
      if (!existsSync(ignoreFile)) writeFileSync(ignoreFile, '*\n');
    } catch (error) {
      throw new TickbaseError({
        code: 'DATA_DIR_UNUSABLE',
        what: `the data folder cannot be made or written: ${(error as Error).message}`,
        where: path,
        mend: 'give a folder that this user may write, with --data-dir',
      });
    }
  }

  /** Reads who the database is, or decides it when the folder is new. */
  static open(path: string): DataFolder {
    const file = join(path, 'database.json');
    if (!existsSync(file)) {
      const seed = Number(BigInt.asUintN(53, randomBytes(8).readBigUInt64LE()));
      const control: Control = { formatVersion: 1, identity: randomBytes(32).toString('hex'), seed };
      writeDurably(file, `${JSON.stringify(control, null, 2)}\n`);
    }
    const control = readJson(file) as Partial<Control> | null;
    const { formatVersion, identity, seed } = control ?? {};
    if (formatVersion !== 1) throw broken(file, `its formatVersion is ${formatVersion}, this server reads 1`);
    if (typeof identity !== 'string' || !/^[0-9a-f]{64}$/.test(identity))
      throw broken(file, 'identity is not 64 hex digits');
    if (!Number.isSafeInteger(seed) || seed! < 0) throw broken(file, 'seed is not an integer from 0 to 2^53 - 1');
    return new DataFolder(path, BigInt(`0x${identity}`), seed!);
  }

  /** The plan of the last start, with the ids that are given for good; null before the first. */
  readPlan(): Plan | null {
    const file = join(this.path, 'plan.json');
    if (!existsSync(file)) return null;
    const plan = readJson(file) as Partial<Plan> | null;
    if (plan?.planVersion !== 1) throw broken(file, `its planVersion is ${plan?.planVersion}, this server reads 1`);
    if (!isListed(plan.tables) || !isListed(plan.reducers))
      throw broken(file, 'its tables or reducers are no list of names with ids');
    return plan as Plan;
  }

  keepPlan(plan: Plan): void {
    const text = `${JSON.stringify(plan, null, 2)}\n`;
    const file = join(this.path, 'plan.json');
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeDurably(file, text);
  }
}

/** What a server, or a restore, that was cut short leaves before it has written who the database is. */
const OURS =
  /^(\.gitignore|lock|control\.sock|restore-unfinished|database\.json.*|log|snapshots|lost\+found|.*\.next)$/;

/** Ids that are given for good are taken from here: a list that lost them would give them anew. */
function isListed(list: unknown): boolean {
  return Array.isArray(list) && list.every(isNamed);
}

function isNamed(item: unknown): boolean {
  const { id, name } = (item ?? {}) as { id?: unknown; name?: unknown };
  return Number.isSafeInteger(id) && typeof name === 'string';
}

interface Control {
  readonly formatVersion: 1;
  readonly identity: string;
  readonly seed: number;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    throw broken(file, (error as Error).message);
  }
}

function broken(file: string, why: string): TickbaseError {
  return new TickbaseError({
    code: 'DATA_FILE_BROKEN',
    what: `a file of the data folder cannot be read: ${why}`,
    where: file,
    mend: 'restore it from a backup, or start with another --data-dir',
  });
}
