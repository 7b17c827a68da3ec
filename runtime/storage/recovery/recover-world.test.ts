import type { Plan } from '@tickbase/schema/plan';
import { expect, test } from 'vitest';
import { createTables, digestTables, type Table, UndoLog } from '../../store/index.ts';
import { SessionMarks } from '../../tick/index.ts';
import { makePlan } from '../../transactions/testing/make-plan.ts';
import { type OpenWorld, openWorld } from '../../transactions/testing/open-world.ts';
import { WorldSnapshot } from '../../store/index.ts';
import { DiskCommitLog } from '../log/disk-commit-log.ts';
import { readLog } from '../log/read-log.ts';
import { SnapshotWriter } from '../snapshot/snapshot-writer.ts';
import { SimulatedDisk } from '../testing/simulated-disk.ts';
import { recoverWorld, type RecoverOptions } from './recover-world.ts';
import { SessionLedger } from './session-ledger.ts';

const LOG = '/data/log';
const SNAPSHOTS = '/data/snapshots';
const plan = makePlan(
  [
    {
      name: 'coin',
      columns: { id: { kind: 'u64' }, owner: { kind: 'string' }, shine: { kind: 'u8' } },
      key: ['id'],
      autoInc: ['id'],
      indexes: [{ accessor: 'owner', algorithm: 'btree', columns: ['owner'] }],
      persistOf: { shine: 'snapshot' },
    },
    { name: 'draft', columns: { id: { kind: 'u32' } }, key: ['id'], autoInc: ['id'], persist: 'never' },
  ],
  { reducers: [{ name: 'run' }] },
);

/** A world whose ticks go to a log, and that takes snapshots at once. */
class Mint {
  readonly disk = new SimulatedDisk({ seed: 4 });
  readonly world: OpenWorld = openWorld(plan);
  readonly sessions = new SessionLedger();
  log!: DiskCommitLog;
  tick = 40;

  static async open(): Promise<Mint> {
    const mint = new Mint();
    mint.log = await DiskCommitLog.open({
      disk: mint.disk,
      folder: LOG,
      end: await readLog(mint.disk, LOG, {}, () => {}),
      epoch: 5n,
      segmentBytes: 4096,
      later: () => () => {},
      onFailure: (error) => {
        throw error;
      },
    });
    await mint.log.appendSchema(plan, 0);
    return mint;
  }

  get tables(): readonly Table[] {
    return this.world.world.tables as readonly Table[];
  }

  /** A tick of its own. */
  async run(body: Parameters<OpenWorld['run']>[0], marks = new SessionMarks()): Promise<void> {
    this.world.run(body);
    this.tick++;
    this.sessions.take(marks, this.tick);
    this.log.append(this.world.record!, marks);
    await this.log.whenDurable();
  }

  async snapshot(): Promise<string> {
    const { disk, tick, log } = this;
    const writer = new SnapshotWriter({
      disk,
      folder: SNAPSHOTS,
      head: { tick, timestampUs: BigInt(tick) * 1_000_000n, sequence: log.lastSequence, schemaVersion: 1, plan },
      sessions: this.sessions.encode(),
      source: new WorldSnapshot(this.tables),
      nowMs: () => 0,
    });
    writer.step(1);
    const outcome = await writer.outcome;
    if (outcome.kind !== 'written') throw new Error(outcome.kind);
    return outcome.file.path;
  }

  recover(options: Partial<RecoverOptions> = {}): ReturnType<typeof recoverWorld> {
    return recoverWorld({
      disk: this.disk,
      logFolder: LOG,
      snapshotFolder: SNAPSHOTS,
      tablesFor: (found: Plan) => createTables(found, new UndoLog(), 2),
      migrate: () => {
        throw new Error('there is no other plan');
      },
      nowMs: () => 0,
      ...options,
    });
  }
}

const coin = (owner: string, shine: number): Record<string, unknown> => ({ id: 0n, owner, shine });

async function filledMint(): Promise<{ mint: Mint; paths: string[] }> {
  const mint = await Mint.open();
  const paths: string[] = [];
  await mint.run(({ db }) => db.coin.insertMany([coin('ann', 7), coin('bob', 8), coin('cid', 9)]));
  paths.push(await mint.snapshot());
  await mint.run(({ db }) => db.coin.id.delete(2n));
  await mint.run(({ db }) => db.draft.insert({ id: 0 }));
  paths.push(await mint.snapshot());
  await mint.run(({ db }) => (db.coin.id.edit(1n).owner = 'dora'));
  return { mint, paths };
}

test('folders that are not there are those of a new world', async () => {
  const found = await new Mint().recover();
  expect(found).toMatchObject({ plan: null, tables: [], tick: 0, timestampUs: 0n, snapshot: null, recordCount: 0 });
});

test('a snapshot and the log after it make the world of the last tick, with values that only the snapshot has', async () => {
  const { mint, paths } = await filledMint();
  const found = await mint.recover();
  expect(found).toMatchObject({ tick: 44, timestampUs: 44_000_000n, recordCount: 1, snapshot: { path: paths[1] } });
  expect(digestTables(found.tables)).toBe(digestTables(mint.tables));
  const [coins, drafts] = found.tables as readonly [Table, Table];
  expect(coins.valueAt(2, 0)).toBe(7);
  expect(coins.slotsByIndex(1, ['dora'])).toEqual([0]);
  expect(coins.slotsByIndex(0, [2n])).toEqual([]);
  expect(drafts.liveCount).toBe(0);
  expect(drafts.sequences[0]!.position).toBe(1);
  expect(found.report.join('\n')).toMatch(/loaded .*: tick 43, 2 rows[^]*replayed 1 records[^]*recovered tick 44/);
});

test('a world goes on after its recovery: numbers are given once, and slots of the dead are used again', async () => {
  const { mint } = await filledMint();
  const next = openWorld(plan);
  await mint.recover({ tablesFor: () => next.world.tables as readonly Table[] });
  const row = next.run(({ db }) => db.coin.insert(coin('eve', 1)));
  expect(row).toMatchObject({ id: 4n });
  expect((next.world.tables as readonly Table[])[0]!.slotsByIndex(0, [4n])).toEqual([1]);
  expect(next.run(({ db }) => db.draft.insert({ id: 0 }))).toMatchObject({ id: 2 });
});

test('a newest snapshot that is damaged at any byte is passed over, and the log makes up for it', async () => {
  const { mint, paths } = await filledMint();
  const whole = mint.disk.bytesOf(paths[1]!);
  const digest = digestTables(mint.tables);
  for (let place = 0; place < whole.length; place += 3) {
    const broken = whole.slice();
    broken[place]! ^= 0x10;
    mint.disk.put(paths[1]!, broken);
    const found = await mint.recover();
    expect(found.snapshot!.path).toBe(paths[0]);
    expect(digestTables(found.tables)).toBe(digest);
    expect(found.report[0]).toContain(`${paths[1]}`);
  }
});

test('without a whole snapshot the log alone is enough, if it goes back to its first record', async () => {
  const { mint, paths } = await filledMint();
  for (const path of paths) mint.disk.put(path, new Uint8Array(50));
  const found = await mint.recover();
  expect(found).toMatchObject({ tick: 44, snapshot: null });
  expect(digestTables(found.tables)).toBe(digestTables(mint.tables));
});

test('without a whole snapshot, and with a log that begins later or has gone, a start is refused', async () => {
  const { mint, paths } = await filledMint();
  await mint.log.close();
  const segments = mint.disk.paths().filter((path) => path.endsWith('.log'));
  for (const path of paths) mint.disk.put(path, new Uint8Array(50));
  for (const path of segments) mint.disk.drop(path);
  await expect(mint.recover()).rejects.toMatchObject({ code: 'SNAPSHOT_NONE_WHOLE' });
});

test('a log that lacks the records after the snapshot is refused', async () => {
  const { mint } = await filledMint();
  await mint.log.close();
  for (const path of mint.disk.paths()) if (path.endsWith('.log')) mint.disk.drop(path);
  await expect(mint.recover()).rejects.toMatchObject({ code: expect.stringMatching(/^LOG_/) });
  // A backup of a snapshot alone is asked for as such.
  expect(await mint.recover({ mayEndEarly: true })).toMatchObject({ tick: 43, recordCount: 0 });
});

test('a snapshot that was never finished is removed, and told of', async () => {
  const { mint, paths } = await filledMint();
  mint.disk.put(`${SNAPSHOTS}/0000000000000044.snap.next`, new Uint8Array(9));
  const found = await mint.recover();
  expect(found.report[0]).toContain('0000000000000044.snap.next');
  expect(mint.disk.paths().filter((path) => path.startsWith(SNAPSHOTS))).toEqual(paths);
});

test('a later plan in the log is migrated to by the rules that are handed in', async () => {
  const { mint } = await filledMint();
  const wider = makePlan(
    [{ name: 'coin', columns: { id: { kind: 'u64' }, owner: { kind: 'string' } }, key: ['id'], autoInc: ['id'] }],
    { reducers: [{ name: 'run' }] },
  );
  await mint.log.appendSchema(wider, 44);
  const asked: unknown[] = [];
  const found = await mint.recover({
    migrate: (tables, oldPlan, newPlan) => {
      asked.push(
        tables.map(({ slotCount }) => slotCount),
        oldPlan,
        newPlan,
      );
      return createTables(newPlan, new UndoLog(), 2);
    },
  });
  expect(asked).toEqual([[3, 0], plan, wider]);
  expect(found).toMatchObject({ plan: wider, schemaVersion: 2, tick: 44 });
  expect(found.tables).toHaveLength(1);
});

test('sessions that were open are told, in the order in which they came, with the calls that were processed', async () => {
  const mint = await Mint.open();
  const marks = new SessionMarks();
  marks.opened.push({ handle: 4, identity: 1n << 200n, connectionId: 3n });
  await mint.run(() => {}, marks);
  marks.clear();
  marks.opened.push({ handle: 2, identity: 5n, connectionId: 6n });
  marks.processed.push(4, 19);
  await mint.run(() => {}, marks);
  await mint.snapshot();
  marks.clear();
  marks.processed.push(2, 3);
  await mint.run(({ db }) => db.coin.insert(coin('ann', 1)), marks);
  marks.clear();
  marks.closed.push(4);
  await mint.run(() => {}, marks);
  const { sessions } = await mint.recover();
  expect(sessions.openSessions()).toMatchObject([{ handle: 2, identity: 5n, connectionId: 6n, processed: 3 }]);
  expect(sessions.endedSessions()).toMatchObject([{ identity: 1n << 200n, connectionId: 3n, processed: 19 }]);
});
