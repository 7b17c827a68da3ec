import type { ErrorReport } from '@tickbase/base';

/**
 * What goes over a control socket: JSON, a line each. The client sends one order; the server tells of its progress in any number of lines, then answers
 * in one, and closes. Nothing else is said on a connection.
 */
export interface ControlOrder {
  readonly control: typeof CONTROL_VERSION;
  readonly order: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export type ControlLine =
  | { readonly progress: string }
  | { readonly answer: Readonly<Record<string, unknown>> }
  | { readonly error: ErrorReport };

export const CONTROL_VERSION = 1;
/** An order holds names and paths. */
export const ORDER_BYTES_MAX = 64 << 10;

/** Gathers bytes into lines. Returns null once a line is longer than `bytesMax`. */
export class LineGatherer {
  readonly #bytesMax: number;
  #rest = Buffer.alloc(0);

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  take(bytes: Buffer): string[] | null {
    let rest = Buffer.concat([this.#rest, bytes]);
    const lines: string[] = [];
    for (let end = rest.indexOf(NEWLINE); end !== -1; end = rest.indexOf(NEWLINE)) {
      if (end > this.#bytesMax) return null;
      lines.push(rest.toString('utf8', 0, end));
      rest = rest.subarray(end + 1);
    }
    this.#rest = rest;
    return rest.length > this.#bytesMax ? null : lines;
  }
}

const NEWLINE = 0x0a;
