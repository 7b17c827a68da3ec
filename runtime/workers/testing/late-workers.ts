import type { Prng } from '@tickbase/base';
import type { Plan } from '@tickbase/schema/plan';
import type { DoneJobs, PieceJobs, PieceWorkers } from '../../interest/index.ts';
import { type CommitRecord, Replica, type Table } from '../../store/index.ts';
import { JobEncoder } from '../job-encoder.ts';

/** Workers without threads that take as long as a random number says: some lanes are late, for a tick or for several. */
export class LateWorkers implements PieceWorkers {
  readonly laneCount: number;
  readonly counts = { done: 0, late: 0, refused: 0, pieces: 0 };
  readonly #prng: Prng;
  readonly #lanes: Lane[];

  constructor(plan: Plan, tables: readonly Table[], prng: Prng) {
    this.#prng = prng;
    this.laneCount = prng.int(1, 3);
    this.#lanes = Array.from({ length: this.laneCount }, () => {
      const encoder = new JobEncoder(plan);
      encoder.replica.load(Replica.encode(tables, 0));
      return { encoder, waiting: [], isAwaited: false };
    });
  }

  get isReady(): boolean {
    const isReady = this.#lanes.every(({ waiting }) => waiting.every(({ words }) => words === null));
    if (!isReady) this.counts.refused++;
    return isReady;
  }

  post(record: CommitRecord, jobs: readonly PieceJobs[] | null): void {
    for (const [i, lane] of this.#lanes.entries()) {
      for (let left = this.#prng.int(0, 2); lane.waiting.length > left;) this.#run(lane);
      const own = jobs?.[i];
      const words = own === undefined || own.count === 0 ? null : own.words.slice(0, own.length);
      lane.waiting.push({ logged: record.logged().slice(), wireOnly: record.wireOnly().slice(), words });
      lane.isAwaited = words !== null;
    }
  }

  collect(take: (done: DoneJobs) => void): boolean {
    let isAll = true;
    for (const lane of this.#lanes) {
      const isLate = this.#prng.int(0, 3) === 0;
      while (lane.waiting.length > (isLate ? 1 : 0)) this.#run(lane);
      if (!lane.isAwaited) continue;
      if (lane.waiting.length > 0) {
        isAll = false;
        this.counts.late++;
        continue;
      }
      lane.isAwaited = false;
      this.counts.done++;
      const { bytes, ends, count } = lane.encoder;
      this.counts.pieces += count;
      take({ bytes: bytes.view(), ends, count });
    }
    return isAll;
  }

  giveUp(): void {
    for (const lane of this.#lanes) lane.isAwaited = false;
  }

  #run({ encoder, waiting }: Lane): void {
    const { logged, wireOnly, words } = waiting.shift()!;
    encoder.replica.apply(logged, wireOnly);
    if (words !== null) encoder.encode(words, words.length);
  }
}

interface Lane {
  readonly encoder: JobEncoder;
  readonly waiting: { logged: Uint8Array; wireOnly: Uint8Array; words: Uint32Array | null }[];
  isAwaited: boolean;
}
