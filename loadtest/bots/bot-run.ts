import { encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';
import { ErrorBook } from '../error-book.ts';
import { latencyHistogram } from '../latency-histogram.ts';

/** What the bots of one process have done and met since `begin`; errors are of the whole run. Slow readers are counted apart. */
export class BotRun {
  readonly errors = new ErrorBook();
  joined = 0;
  /** How often a slow reader was cut off and came again. */
  slowReturns = 0;
  #window = new Window();
  /** The part of it since the last `second`. */
  #second = new Window();
  /** Of the whole run. */
  readonly #joinUs = latencyHistogram();
  #worstAreaBytes = 0;
  #slowBytes = 0;

  /** The measured window begins. */
  begin(): void {
    this.#window = new Window();
    this.slowReturns = 0;
    this.#slowBytes = 0;
    this.#worstAreaBytes = 0;
  }

  took(frameBytes: number): void {
    this.#window.took(frameBytes);
    this.#second.took(frameBytes);
  }

  /** The same of a slow reader. */
  tookSlowly(frameBytes: number): void {
    this.#slowBytes += frameBytes;
  }

  /** A message of the server is there, so long after its tick began. */
  cameAfter(us: number): void {
    this.#window.frameUs.recordValue(Math.max(1, us));
    this.#second.frameUs.recordValue(Math.max(1, us));
  }

  /** One client has got so many bytes of its area of interest in a second's ticks. */
  areaBytesInSecond(bytes: number): void {
    if (bytes > this.#worstAreaBytes) this.#worstAreaBytes = bytes;
  }

  /** A call was answered so long after it was sent. */
  answered(sentMs: number, isRefused: boolean): void {
    const us = Math.max(1, Math.round((performance.now() - sentMs) * 1000));
    this.#window.answered(us, isRefused);
    this.#second.answered(us, isRefused);
  }

  /** A bot has joined, so long after it began to connect. */
  entered(startMs: number): void {
    this.#joinUs.recordValue(Math.max(1, Math.round((performance.now() - startMs) * 1000)));
  }

  /** The figures of the window so far. */
  figures(): BotFigures {
    const { slowReturns } = this;
    return {
      ...this.#window.figures(),
      joinUs: encodeIntoCompressedBase64(this.#joinUs),
      worstAreaBytesPerSecond: this.#worstAreaBytes,
      slowReturns,
      slowBytes: this.#slowBytes,
    };
  }

  /** What there was since it was asked last. */
  second(): WindowFigures {
    const figures = this.#second.figures();
    this.#second = new Window();
    return figures;
  }
}

class Window {
  #calls = 0;
  #refusals = 0;
  #messages = 0;
  #bytes = 0;
  readonly #callUs: Histogram = latencyHistogram();
  readonly frameUs: Histogram = latencyHistogram();
  readonly #startMs = performance.now();

  took(frameBytes: number): void {
    this.#messages++;
    this.#bytes += frameBytes;
  }

  answered(us: number, isRefused: boolean): void {
    this.#calls++;
    if (isRefused) this.#refusals++;
    this.#callUs.recordValue(us);
  }

  figures(): WindowFigures {
    return {
      elapsedS: (performance.now() - this.#startMs) / 1000,
      calls: this.#calls,
      refusals: this.#refusals,
      messages: this.#messages,
      bytes: this.#bytes,
      callUs: encodeIntoCompressedBase64(this.#callUs),
      frameUs: encodeIntoCompressedBase64(this.frameUs),
    };
  }
}

export interface WindowFigures {
  readonly elapsedS: number;
  /** Answered ones. */
  readonly calls: number;
  readonly refusals: number;
  /** Of the server. */
  readonly messages: number;
  readonly bytes: number;
  /** Histograms of microseconds, as hdr-histogram-js encodes them: from a call's send to its result, and from the begin of a tick to its message at the bot. */
  readonly callUs: string;
  readonly frameUs: string;
}

export interface BotFigures extends WindowFigures {
  /** From the begin of the connection to the player in the world, of the whole run. */
  readonly joinUs: string;
  /** The most that one client got of its area of interest in the ticks of any second. */
  readonly worstAreaBytesPerSecond: number;
  readonly slowReturns: number;
  /** What slow readers got, all together. */
  readonly slowBytes: number;
}
