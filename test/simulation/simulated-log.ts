import { assert, Prng } from '@tickbase/base';
import type { CommitRecord } from '../../runtime/store/index.ts';
import type { CommitLog, SessionMarks } from '../../runtime/tick/index.ts';

interface Waiting {
  readonly tick: number;
  readonly isWritten: boolean;
}

/**
 * A commit log whose disk has moods, one after another: quick, slow, asleep for seconds, full. What waits is made durable together, as by one
 * sync, which takes its time; a tick with nothing to persist waits for those before it alone. Time comes from `advance`.
 */
export class SimulatedLog implements CommitLog {
  durableTick = 0;
  acceptsWrites = true;
  onChange: () => void = () => {};
  /** Ticks that were sealed while the disk was full. */
  fullTickCount = 0;
  readonly #prng: Prng;
  #nowMs = 0;
  #mood: Mood;
  #moodEndsAtMs = 0;
  /** What is not durable, oldest first. */
  readonly #waiting: Waiting[] = [];
  /** The sync under way ends then, and makes what is up to that tick durable. Infinity: there is none, or the disk sleeps. */
  #syncEndsAtMs = Infinity;
  #syncTick = 0;
  /** The next record finds that the disk is full. */
  #isFullFoundByAppend = false;

  /** `isPrompt`: what it is given is durable at once, always. */
  constructor(seed: number, isPrompt: boolean) {
    this.#prng = new Prng(seed);
    this.#mood = isPrompt ? 'prompt' : 'quick';
    if (isPrompt) this.#moodEndsAtMs = Infinity;
  }

  append(record: CommitRecord, marks: SessionMarks): void {
    if (!this.acceptsWrites) {
      this.fullTickCount++;
      assert(record.tables.length === 0 && !marks.mustBeLogged, 'nothing changes while the disk is full');
    }
    const isWritten = !record.isLogEmpty || marks.mustBeLogged;
    if (this.#waiting.length === 0 && (!isWritten || this.#mood === 'prompt')) this.durableTick = record.tick;
    else this.#waiting.push({ tick: record.tick, isWritten });
    if (this.#isFullFoundByAppend) {
      this.#isFullFoundByAppend = false;
      this.acceptsWrites = false;
    }
  }

  /** Time has come this far; between ticks. */
  advance(nowMs: number): void {
    this.#nowMs = nowMs;
    const before = { durableTick: this.durableTick, acceptsWrites: this.acceptsWrites };
    if (nowMs >= this.#moodEndsAtMs) this.#changeMood();
    if (nowMs >= this.#syncEndsAtMs) {
      this.#syncEndsAtMs = Infinity;
      this.#letThrough(this.#syncTick);
    }
    if (this.#syncEndsAtMs === Infinity && this.#waiting.length > 0 && this.#mood !== 'asleep') {
      this.#syncTick = this.#waiting.at(-1)!.tick;
      this.#syncEndsAtMs = nowMs + this.#syncMs();
    }
    if (before.durableTick !== this.durableTick || before.acceptsWrites !== this.acceptsWrites) this.onChange();
  }

  /** From here on everything is durable at once. */
  calm(): void {
    this.#mood = 'prompt';
    this.#moodEndsAtMs = Infinity;
    this.#isFullFoundByAppend = false;
    this.acceptsWrites = true;
    this.#letThrough(Infinity);
    this.onChange();
  }

  #letThrough(tick: number): void {
    while (this.#waiting.length > 0) {
      const { tick: next, isWritten } = this.#waiting[0]!;
      if (isWritten && next > tick) return;
      this.durableTick = next;
      this.#waiting.shift();
    }
  }

  #changeMood(): void {
    const prng = this.#prng;
    // Not asleep for so long that a client gives its first handshake up.
    const next = prng.pick(['prompt', 'quick', 'slow', 'asleep', 'full'] as const);
    this.#mood = this.#mood === 'asleep' ? 'quick' : next;
    this.#moodEndsAtMs = this.#nowMs + (this.#mood === 'asleep' ? prng.int(500, 5000) : prng.int(200, 3000));
    if (this.#mood === 'prompt') this.#letThrough(Infinity);
    if (this.#mood === 'asleep') this.#syncEndsAtMs = Infinity;
    const isFull = this.#mood === 'full';
    this.#isFullFoundByAppend = isFull && prng.int(0, 1) === 0;
    this.acceptsWrites = !isFull || this.#isFullFoundByAppend;
  }

  #syncMs(): number {
    return this.#mood === 'slow' ? this.#prng.int(30, 400) : this.#prng.int(1, 40);
  }
}

type Mood = 'prompt' | 'quick' | 'slow' | 'asleep' | 'full';
