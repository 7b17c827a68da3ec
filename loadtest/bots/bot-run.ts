import { encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';
import { latencyHistogram } from '../latency-histogram.ts';
import { ErrorBook } from '../error-book.ts';

/** What the bots of one process have done and met since `begin`; errors are of the whole run. */
export class BotRun {
  readonly errors = new ErrorBook();
  joined = 0;
  calls = 0;
  refusals = 0;
  messages = 0;
  bytes = 0;
  #latencyUs: Histogram = latencyHistogram();
  #startMs = performance.now();

  /** The measured window begins. */
  begin(): void {
    this.calls = 0;
    this.refusals = 0;
    this.messages = 0;
    this.bytes = 0;
    this.#latencyUs = latencyHistogram();
    this.#startMs = performance.now();
  }

  took(frameBytes: number): void {
    this.messages++;
    this.bytes += frameBytes;
  }

  /** A call was answered so long after it was sent. */
  answered(sentMs: number, isRefused: boolean): void {
    this.calls++;
    if (isRefused) this.refusals++;
    this.#latencyUs.recordValue(Math.max(1, Math.round((performance.now() - sentMs) * 1000)));
  }

  /** The figures of the window so far. */
  figures(): BotFigures {
    const { calls, refusals, messages, bytes } = this;
    const elapsedS = (performance.now() - this.#startMs) / 1000;
    return { elapsedS, calls, refusals, messages, bytes, latencyUs: encodeIntoCompressedBase64(this.#latencyUs) };
  }
}

export interface BotFigures {
  readonly elapsedS: number;
  /** Answered ones. */
  readonly calls: number;
  readonly refusals: number;
  /** Of the server. */
  readonly messages: number;
  readonly bytes: number;
  /** A histogram of microseconds from send to result, as hdr-histogram-js encodes it. */
  readonly latencyUs: string;
}
