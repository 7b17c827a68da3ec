import { ByteWriter, type Prng } from '@tickbase/base';
import type { Plan } from '@tickbase/schema/plan';
import {
  applyRecord,
  createTables,
  digestTables,
  snapshotColumnsOf,
  SnapshotLoader,
  SnapshotMemory,
  type Table,
  UndoLog,
  WorldSnapshot,
} from '../../store/index.ts';
import type { Coverage } from './coverage.ts';
import { bytesOf } from './model-table.ts';

/**
 * Takes snapshots of a world that goes on, a few sections after each tick, beside a copy of everything that is made at once. What is read
 * back must be that copy; with the records that followed it must be the world of the end.
 */
export class SnapshotWitness {
  readonly #prng: Prng;
  readonly #plan: Plan;
  readonly #tables: readonly Table[];
  readonly #coverage: Coverage;
  #snapshot: WorldSnapshot | null = null;
  #memory: SnapshotMemory | null = null;
  #writer = new ByteWriter();
  /** Sections after a tick, one of these: a snapshot takes many ticks, or few. */
  #pace: readonly number[] = [];
  #copy = '';
  #digest = '';
  /** Tables made of the last snapshot that was written to its end, as it stood. */
  #loaded: readonly Table[] | null = null;
  /** Records since the snapshot that is being written began; since the one that was loaded. */
  #tail: Uint8Array[] = [];
  #loadedTail: Uint8Array[] = [];

  constructor(prng: Prng, plan: Plan, tables: readonly Table[], coverage: Coverage) {
    this.#prng = prng;
    this.#plan = plan;
    this.#tables = tables;
    this.#coverage = coverage;
  }

  /** A tick is sealed. `logged`: its logged section, a copy. */
  afterTick(logged: Uint8Array): void {
    if (logged.length > 0) {
      this.#tail.push(logged);
      this.#loadedTail.push(logged);
    }
    if (this.#snapshot === null) {
      if (this.#memory !== null && this.#memory.prepare()) this.#begin();
      else if (this.#prng.int(0, 2) === 0) this.#begin();
      else if (this.#memory === null && this.#prng.int(0, 1) === 0) this.#memory = new SnapshotMemory(this.#tables);
      return;
    }
    const steps = this.#prng.pick(this.#pace);
    for (let i = 0; i < steps; i++) if (!this.#snapshot.encodeNext(this.#writer)) return this.#finish();
    if (this.#prng.int(0, 19) > 0) return;
    this.#snapshot.end();
    this.#snapshot = null;
    this.#coverage.count('snapshot given up');
  }

  /** The world has come to its end. */
  finish(): void {
    this.#memory?.end();
    if (this.#snapshot !== null) {
      while (this.#snapshot.encodeNext(this.#writer));
      this.#finish();
    }
    if (this.#tables.some((table) => table.kept !== null || table.columns.some(({ kept }) => kept !== null)))
      throw new Error('a snapshot at its end is still kept up');
    if (this.#loaded === null) return;
    for (const record of this.#loadedTail) applyRecord(this.#loaded, record);
    for (const table of this.#loaded) table.settle();
    if (digestTables(this.#loaded) !== digestTables(this.#tables))
      throw new Error('a snapshot with the records after it gives another digest');
    this.#coverage.count('snapshot and tail');
  }

  #begin(): void {
    this.#copy = pictureOfKept(this.#tables);
    this.#digest = digestTables(this.#tables);
    this.#writer = new ByteWriter();
    this.#tail = [];
    this.#pace = this.#prng.pick([[0, 0, 0, 0, 0, 1], [0, 1, 3], [1000]]);
    this.#snapshot = new WorldSnapshot(
      this.#tables,
      {
        chunkShift: this.#prng.int(0, 4),
        sectionBytes: this.#prng.pick([1, 20, 1000]),
      },
      this.#memory,
    );
    this.#memory = null;
  }

  #finish(): void {
    this.#snapshot = null;
    const loaded = createTables(this.#plan, new UndoLog(), 1);
    const loader = new SnapshotLoader(loaded);
    loader.take(this.#writer.view());
    loader.finish();
    if (pictureOfKept(loaded) !== this.#copy) throw new Error('a snapshot differs from the copy that was made at once');
    if (digestTables(loaded) !== this.#digest) throw new Error('a snapshot has another digest than its tick');
    this.#loaded = loaded;
    this.#loadedTail = this.#tail;
    this.#tail = [];
    this.#coverage.count('snapshot');
  }
}

/** Everything that a snapshot holds of the tables, as a text. */
export function pictureOfKept(tables: readonly Table[]): string {
  const lines: string[] = [];
  for (const table of tables) {
    const { plan, sequences, slotCount, live } = table;
    lines.push(`${plan.name} ${sequences.map(({ position }) => position).join()}`);
    const kept = snapshotColumnsOf(plan);
    if (kept.length === 0) continue;
    for (let slot = 0; slot < slotCount; slot++) {
      if (live[slot] === 0) continue;
      const cells = kept.map((position) => bytesOf(plan.columns[position]!.type, table.valueAt(position, slot)));
      lines.push(`${slot}: ${cells.join()}`);
    }
  }
  return lines.join('\n');
}
