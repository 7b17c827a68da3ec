import { Prng, TickbaseError } from '@tickbase/base';
import { DiskCommitLog } from '../log/disk-commit-log.ts';
import { type LogEnd, readLog } from '../log/read-log.ts';
import { commitOf, LOG_FOLDER, marksOf, textOfCommit, textsOf } from './log-scene.ts';
import { type DiskFault, type DiskOperation, type OperationKind, SimulatedDisk } from './simulated-disk.ts';
import { VirtualTime } from './virtual-time.ts';

/** How often the walks met what they are there for. */
export interface LogWalkCounts {
  records: number;
  kills: number;
  powerCuts: number;
  crashesInOpen: number;
  ioErrors: number;
  fullDisks: number;
  cleanEnds: number;
  tornTails: number;
  unacknowledgedLost: number;
  droppedSegments: number;
}

export function noCounts(): LogWalkCounts {
  return {
    records: 0,
    kills: 0,
    powerCuts: 0,
    crashesInOpen: 0,
    ioErrors: 0,
    fullDisks: 0,
    cleanEnds: 0,
    tornTails: 0,
    unacknowledgedLost: 0,
    droppedSegments: 0,
  };
}

/** Walks by seeds that follow from `seed`, until the time is over. */
export async function fuzzLog(options: {
  readonly seconds: number;
  readonly seed: number;
  readonly now: () => number;
}): Promise<{ cases: number }> {
  const counts = noCounts();
  const endMs = options.now() + options.seconds * 1000;
  const prng = new Prng(options.seed);
  while (options.now() < endMs) await walkLog(prng.int(0, 2 ** 50), counts);
  return { cases: counts.kills + counts.powerCuts };
}

/** Lives of a server that each end in a crash, a failed disk or a clean end, on one disk. Throws when the log breaks a promise. */
export async function walkLog(seed: number, counts: LogWalkCounts): Promise<void> {
  const walk = new LogWalk(seed, counts);
  try {
    await walk.run();
  } catch (error) {
    throw new Error(`the walk of the log with seed ${seed}`, { cause: error });
  }
}

class LogWalk {
  readonly #prng: Prng;
  readonly #counts: LogWalkCounts;
  readonly #time = new VirtualTime();
  readonly #disk: SimulatedDisk;
  /** Text of each record, by sequence less 1; beyond what is acknowledged it may yet be lost. */
  readonly #texts: string[] = [];
  readonly #ticks: number[] = [];
  #acknowledged = 0;
  /** The first record that is still needed. */
  #from = 1;
  #tick = 0;
  readonly #segmentBytes: number;

  constructor(seed: number, counts: LogWalkCounts) {
    this.#prng = new Prng(seed);
    this.#counts = counts;
    this.#segmentBytes = this.#prng.int(700, 6000);
    this.#disk = new SimulatedDisk({
      seed: this.#prng.u32(),
      later: (run, delayMs) => this.#time.later(run, delayMs + this.#prng.float()),
    });
  }

  async run(): Promise<void> {
    for (let life = this.#prng.int(2, 9); life > 0; life--) {
      this.#disk.fault = () => null;
      this.#disk.capacityBytes = Infinity;
      const end = await this.#recover();
      if (this.#prng.int(0, 2) === 0) this.#disk.fault = this.#oneFault();
      if (this.#prng.int(0, 3) === 0) this.#limitRoom();
      const log = await this.#open(end);
      if (log !== null) await this.#live(log);
      this.#crash();
    }
    this.#disk.fault = () => null;
    await this.#recover();
  }

  /** What is read is what was written: all that was acknowledged, and perhaps some that was not. */
  async #recover(): Promise<LogEnd> {
    const texts: string[] = [];
    const reading = readLog(this.#disk, LOG_FOLDER, { fromSequence: this.#from }, (entry) => {
      texts.push(textsOf([entry])[0]!);
    });
    const end = await this.#time.until(reading);
    const last = this.#from - 1 + texts.length;
    check(last === end.lastSequence, 'the end names another record than the last one');
    check(last >= this.#acknowledged, `record ${this.#acknowledged} was acknowledged, the log ends with ${last}`);
    check(last <= this.#texts.length, 'there are more records than were written');
    for (const [i, text] of texts.entries()) {
      check(text === this.#texts[this.#from - 1 + i], `record ${this.#from + i} is another one`);
    }
    this.#counts.unacknowledgedLost += this.#texts.length - last;
    if (end.tornTail !== null) this.#counts.tornTails++;
    this.#texts.length = last;
    this.#ticks.length = last;
    return end;
  }

  /** Null when the process ended before the log was open. */
  async #open(end: LogEnd): Promise<DiskCommitLog | null> {
    let isFailed = false;
    const opening = DiskCommitLog.open({
      disk: this.#disk.process(),
      folder: LOG_FOLDER,
      end,
      epoch: this.#prng.bigint(1n, 2n ** 64n - 1n),
      tick: this.#tick,
      segmentBytes: this.#segmentBytes,
      fullBytesMax: 20_000,
      later: (run, delayMs) => this.#time.later(run, delayMs),
      onFailure: () => (isFailed = true),
    });
    if (this.#prng.int(0, 5) === 0) {
      opening.catch(() => {});
      for (let step = this.#prng.int(0, 40); step > 0; step--) await this.#time.step();
      this.#counts.crashesInOpen++;
      return null;
    }
    try {
      const log = await this.#time.until(opening);
      // What was read is served from here on.
      this.#acknowledged = Math.max(this.#acknowledged, end.lastSequence);
      return isFailed ? null : log;
    } catch (error) {
      if (!(error instanceof TickbaseError)) throw error;
      this.#countFailure(error);
      return null;
    }
  }

  async #live(log: DiskCommitLog): Promise<void> {
    log.onChange = () => this.#noteDurable(log);
    for (let step = this.#prng.int(1, 90); step > 0; step--) {
      if (log.failure !== null) {
        this.#countFailure(log.failure);
        return;
      }
      const word = this.#prng.int(0, 19);
      if (word < 8) this.#append(log);
      else if (word < 18) await this.#time.step();
      else if (word === 18) this.#limitRoom();
      else await this.#drop(log);
      this.#noteDurable(log);
    }
    if (this.#prng.int(0, 3) > 0 || log.failure !== null) return;
    await this.#time.until(log.close());
    if (log.failure !== null) return;
    this.#noteDurable(log);
    check(this.#acknowledged === this.#texts.length, 'a clean end leaves nothing behind');
    this.#counts.cleanEnds++;
  }

  #append(log: DiskCommitLog): void {
    this.#tick += this.#prng.int(1, 3);
    const word = this.#prng.int(0, 15);
    const byteLength = word < 4 ? 0 : word < 15 ? this.#prng.int(1, 700) : this.#prng.int(3000, 12_000);
    const isMarked = byteLength === 0 && word === 0;
    log.append(commitOf(this.#tick, byteLength), marksOf(isMarked ? { closed: [this.#tick] } : {}));
    if (byteLength === 0 && !isMarked) return;
    this.#counts.records++;
    this.#texts.push(textOfCommit(this.#texts.length + 1, this.#tick, byteLength));
    this.#ticks.push(this.#tick);
    check(log.lastSequence === this.#texts.length, 'a record has another sequence');
  }

  #noteDurable(log: DiskCommitLog): void {
    check(log.durableSequence >= this.#acknowledged, 'what is durable went back');
    this.#acknowledged = log.durableSequence;
    const nextTick = this.#ticks[this.#acknowledged];
    check(nextTick === undefined || log.durableTick < nextTick, 'a tick counts as durable before its record');
    const lastTick = this.#ticks[this.#acknowledged - 1];
    check(lastTick === undefined || log.durableTick >= lastTick, 'a record is durable, its tick is not');
  }

  /** As after a snapshot of all up to some record. */
  async #drop(log: DiskCommitLog): Promise<void> {
    const from = this.#prng.int(this.#from, this.#acknowledged + 1);
    this.#from = from;
    const before = this.#disk.paths().length;
    const dropping = log.dropSegmentsBefore(from);
    if (this.#prng.int(0, 3) === 0) {
      dropping.catch(() => {});
      return;
    }
    await this.#time.until(dropping.catch(() => {}));
    if (this.#disk.paths().length < before) this.#counts.droppedSegments++;
  }

  #limitRoom(): void {
    const segments = this.#prng.int(0, 3);
    this.#disk.capacityBytes = this.#disk.usedBytes + segments * this.#segmentBytes + this.#prng.int(0, 2000);
  }

  /** Some operation fails once, with a code or by taking fewer bytes. */
  #oneFault(): (operation: DiskOperation) => DiskFault | null {
    const kind = this.#prng.pick<OperationKind>([
      'open',
      'write',
      'write',
      'sync',
      'sync',
      'syncFolder',
      'close',
      'truncate',
      'remove',
    ]);
    const code = this.#prng.pick(['EIO', 'EIO', 'EROFS', 'EMFILE', 'ENOSPC']);
    const isShort = kind === 'write' && this.#prng.int(0, 2) === 0;
    const cause: DiskFault = isShort ? { shortBytes: this.#prng.int(0, 300) } : { code };
    const place = (this.#disk.counts.get(kind) ?? 0) + this.#prng.int(0, 25);
    return (operation) => (operation.kind === kind && operation.place === place ? cause : null);
  }

  #countFailure(error: TickbaseError): void {
    if (error.code === 'LOG_DISK_FULL') this.#counts.fullDisks++;
    else this.#counts.ioErrors++;
  }

  #crash(): void {
    this.#time.forget();
    if (this.#prng.int(0, 1) === 0) {
      this.#disk.kill();
      this.#counts.kills++;
    } else {
      this.#disk.powerCut();
      this.#counts.powerCuts++;
    }
  }
}

function check(isRight: boolean, message: string): void {
  if (!isRight) throw new Error(message);
}
