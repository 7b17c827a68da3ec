import { createTables, type Table, UndoLog, WorldSnapshot } from '../../../store/index.ts';
import { makePlan } from '../../../transactions/testing/make-plan.ts';
import { SessionLedger } from '../../recovery/session-ledger.ts';
import { SimulatedDisk, type SimulatedDiskOptions } from '../../testing/simulated-disk.ts';
import type { SnapshotHead } from '../snapshot-head.ts';
import { type SnapshotParts, SnapshotWriter } from '../snapshot-writer.ts';

export const FOLDER = '/data/snapshots';

export const plan = makePlan([
  {
    name: 'goat',
    columns: { id: { kind: 'u32' }, name: { kind: 'string' }, weight: { kind: 'f32' }, mood: { kind: 'u8' } },
    key: ['id'],
    autoInc: ['id'],
    persistOf: { weight: 'snapshot', mood: 'never' },
  },
  { name: 'echo', columns: { id: { kind: 'u64' }, text: { kind: 'string' } }, key: ['id'], persist: 'never' },
]);

/** Tables of the plan with so many goats, every fifth of whom has died. */
export function herd(count: number): readonly Table[] {
  const tables = createTables(plan, new UndoLog(), 2);
  const [goat] = tables as readonly [Table, Table];
  goat.reserve(count);
  goat.slotCount = count;
  for (let slot = 0; slot < count; slot++) {
    if (slot % 5 === 3) continue;
    goat.live[slot] = 1;
    goat.columns[0]!.words[slot] = slot + 1;
    goat.columns[1]!.strings[slot] = `goat ${slot} of the hill`;
    (goat.columns[2]!.data as Float32Array)[slot] = slot / 4;
    goat.columns[3]!.bytes[slot] = slot % 7;
  }
  goat.sequences[0]!.position = count;
  for (const table of tables) table.settle();
  return tables;
}

export function headOf(tick: number): SnapshotHead {
  return { tick, timestampUs: BigInt(tick) * 1_000_000n, sequence: 3 * tick, schemaVersion: 1, plan };
}

export function sessionsOf(count: number): SessionLedger {
  const ledger = new SessionLedger();
  const opened = Array.from({ length: count }, (_, i) => ({
    handle: i,
    identity: BigInt(i) + 2n ** 200n,
    connectionId: 9n,
  }));
  const claims = opened.slice(1).map(({ handle }) => ({ handle, claims: `{"sub":"goatherd ${handle}"}` }));
  ledger.take({ opened, closed: [1], processed: [0, 17], claims }, 5);
  return ledger;
}

/** A disk, and a snapshot of a herd that is about to be written to it. Each look at the clock is a millisecond. */
export function beginSnapshot(
  tables: readonly Table[],
  options: Partial<SimulatedDiskOptions> & Partial<SnapshotParts> = {},
): { disk: SimulatedDisk; writer: SnapshotWriter } {
  const disk = (options.disk as SimulatedDisk | undefined) ?? new SimulatedDisk({ seed: 1, ...options });
  let nowMs = 0;
  const writer = new SnapshotWriter({
    folder: FOLDER,
    head: headOf(7),
    sessions: sessionsOf(4).encode(),
    source: new WorldSnapshot(tables),
    nowMs: () => nowMs++,
    ...options,
    disk,
  });
  return { disk, writer };
}

/** Lets the disk do all that it was asked for. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
