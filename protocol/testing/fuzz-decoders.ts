/**
 * Hostile bytes for the decoders of both sides: noise, and valid messages that were flipped, cut, stretched and overwritten.
 * Each must end in a value or in a TickbaseError, and must not do more steps than its bytes pay for.
 */
import { ByteReader, ByteWriter, Prng, TickbaseError } from '@tickbase/base';
import { CLIENT_MESSAGE_LIMITS, decodeClientMessage } from '../client/decode-client-message.ts';
import { encodeClientMessage } from '../client/encode-client-message.ts';
import { decodePiece } from '../pieces/decode-piece.ts';
import { encodePiece } from '../pieces/encode-piece.ts';
import type { PieceSink } from '../pieces/piece-port.ts';
import { decodeServerMessage } from '../server/decode-server-message.ts';
import { encodeSection } from '../server/encode-section.ts';
import { checkValue } from '../values/check-value.ts';
import { compileCodec } from '../values/codec.ts';
import { damage } from './damage.ts';
import { randomClientMessage, randomSection } from './random-messages.ts';
import { randomPiece } from './random-piece.ts';
import { randomType, randomValue } from './random-values.ts';

export interface FuzzDecodersOptions {
  readonly seed: number;
  /** Milliseconds; with `seconds`. */
  readonly now?: () => number;
  /** How long to go on, by `now`. */
  readonly seconds?: number;
  /** How many cases, where time must not matter. */
  readonly cases?: number;
}

export interface FuzzDecodersReport {
  readonly cases: number;
  /** Cases that were decoded without an error. */
  readonly accepted: number;
  /** Cases by the code that they ended in. */
  readonly codes: ReadonlyMap<string, number>;
}

/** Throws an error that names the case when a decoder does anything but return or refuse. */
export function fuzzDecoders(options: FuzzDecodersOptions): FuzzDecodersReport {
  const now = options.now ?? (() => 0);
  const deadlineMs = options.seconds === undefined ? Infinity : now() + 1000 * options.seconds;
  const casesMax = options.cases ?? Infinity;
  const codes = new Map<string, number>();
  let cases = 0;
  let accepted = 0;
  while (cases < casesMax && ((cases & 63) !== 0 || now() < deadlineMs)) {
    const prng = new Prng(options.seed * 1_000_003 + cases);
    const target = prng.pick(TARGETS);
    const run = target.make(prng);
    cases++;
    try {
      run();
      accepted++;
    } catch (error) {
      if (!(error instanceof TickbaseError)) {
        throw new Error(`case ${cases - 1} of seed ${options.seed}: ${target.name} threw`, { cause: error });
      }
      codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
    }
  }
  return { cases, accepted, codes };
}

interface Target {
  readonly name: string;
  /** One case: hostile bytes, made; what is returned decodes them. */
  make(prng: Prng): () => void;
}

const TARGETS: readonly Target[] = [
  {
    name: 'decodeClientMessage',
    make(prng) {
      const writer = new ByteWriter();
      encodeClientMessage(writer, randomClientMessage(prng));
      const bytes = damage(prng, writer.copy());
      return () => {
        const message = decodeClientMessage(bytes, CLIENT_MESSAGE_LIMITS);
        let copied = 0;
        for (const item of message.items) {
          if (item.kind === 'call') copied += item.args.length;
          if (item.kind === 'query') copied += item.query.length;
          if (item.kind === 'subscribe') for (const query of item.queries) copied += query.length;
        }
        if (copied > bytes.length) throw new Error(`${copied} bytes were copied out of ${bytes.length}`);
      };
    },
  },
  {
    name: 'decodeServerMessage',
    make(prng) {
      const writer = new ByteWriter();
      const pieces = Array.from({ length: prng.int(0, 3) }, () => pieceBytes(randomPiece(prng).source));
      for (let i = prng.int(1, 2); i > 0; i--) encodeSection(writer, randomSection(prng), pieces, pieces.length);
      const bytes = damage(prng, writer.copy());
      return () =>
        decodeServerMessage(bytes, (_section, cursor) => {
          for (let at = cursor.next(), last = -1; at !== -1; last = at, at = cursor.next()) {
            if (at <= last || at + 8 > bytes.length) throw new Error(`a piece at ${at} after one at ${last}`);
          }
        });
    },
  },
  {
    name: 'decodePiece',
    make(prng) {
      const { source, table, watch } = randomPiece(prng);
      const bytes = damage(prng, pieceBytes(source));
      return () => {
        // A bitmap names eight rows with one byte; event rows without content are bounded by their own limit.
        const sink = countingSink(65_536 + 16 * bytes.length);
        decodePiece(bytes, 0, table, watch, sink);
      };
    },
  },
  {
    name: 'values',
    make(prng) {
      const type = randomType(prng, 3);
      const writer = new ByteWriter();
      compileCodec(type).encode(writer, randomValue(prng, type));
      const bytes = damage(prng, writer.copy());
      return () => {
        compileCodec(type).decode(new ByteReader(bytes));
        checkValue(new ByteReader(bytes), type);
      };
    },
  },
];

function pieceBytes(source: Parameters<typeof encodePiece>[1]): Uint8Array {
  const writer = new ByteWriter();
  encodePiece(writer, source);
  return writer.copy();
}

function countingSink(stepsMax: number): PieceSink {
  let steps = 0;
  const step = () => {
    if (++steps > stepsMax) throw new Error(`more than ${stepsMax} rows out of one piece`);
  };
  return { leave: step, enter: step, update: step, missedEvents: step };
}
