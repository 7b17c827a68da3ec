/** The golden vectors of protocol/golden/, made anew: the same bytes unless the protocol changed. */
import { ByteReader, ByteWriter, Prng, TickbaseError } from '@tickbase/base';
import type { QuantizePlan, TypePlan } from '@tickbase/schema/plan';
import type { ClientMessage } from '../client/client-message.ts';
import { decodeClientMessage } from '../client/decode-client-message.ts';
import { encodeClientMessage } from '../client/encode-client-message.ts';
import { decodePiece } from '../pieces/decode-piece.ts';
import { encodePiece } from '../pieces/encode-piece.ts';
import { PIECE_ESCAPED } from '../pieces/piece-flags.ts';
import { readPieceFlags } from '../pieces/piece-header.ts';
import type { PieceSource } from '../pieces/piece-port.ts';
import { dequantize, quantizeToInteger } from '../quantize.ts';
import { hashWireSchema } from '../schema/hash-wire-schema.ts';
import type { WireTable } from '../schema/wire-schema.ts';
import { decodeServerMessage } from '../server/decode-server-message.ts';
import { encodeSection } from '../server/encode-section.ts';
import type { Section, Watch, Welcome, WireSchema } from '../server/section.ts';
import { checkArgs } from '../values/check-value.ts';
import { compileCodec } from '../values/codec.ts';
import { bodyTable, movers } from './body-fixture.ts';
import {
  goldenEvents,
  goldenFile,
  goldenHex,
  goldenNumber,
  goldenPlain,
  goldenValue,
  type Json,
} from './golden-json.ts';
import { randomClientMessage, randomSchema, randomSection } from './random-messages.ts';
import { randomPiece, recordingSink } from './random-piece.ts';
import { randomType, randomValue } from './random-values.ts';
import {
  clientRefusals,
  pieceRefusals,
  sectionWithUnknownField,
  serverRefusals,
  valueRefusals,
} from './refused-bytes.ts';
import { residenceCases } from './residence-cases.ts';
import { roundedColumns } from './rounded-columns.ts';

/** Files by path below protocol/. */
export function generateGolden(): Map<string, string> {
  return new Map([
    [
      'golden/values.json',
      goldenFile(
        'hex is `value` of `type` in the positional encoding; or, where there is a `code`, no value of `type`.',
        valueCases(),
      ),
    ],
    [
      'golden/quantize.json',
      goldenFile('x is quantized to k, and k shown as `shown`; f32: in an f32 column.', quantizeCases()),
    ],
    [
      'golden/pieces.json',
      goldenFile(
        'hex is one piece of a partition of `table`, watched as `watch`; events are what it says, updates by name; a `code`: no piece.',
        pieceCases(),
      ),
    ],
    [
      'golden/client-messages.json',
      goldenFile('hex is `message`; or, where there is a `code`, bytes that a server refuses with it.', clientCases()),
    ],
    [
      'golden/server-messages.json',
      goldenFile(
        'hex is a message of `sections`; `pieces` are the bytes of each; or, where there is a `code`, no server message.',
        serverCases(),
      ),
    ],
    ['golden/schemas.json', goldenFile('hash is the hash of `schema`.', schemaCases())],
    [
      'golden/residence.json',
      goldenFile(
        'Messages of a server, one after another; `rows` are cached after each, and `changes` are what it changed.',
        residenceCases(),
      ),
    ],
  ]);
}

function valueCases(): Json[] {
  const cases: Json[] = [];
  const add = (name: string, type: TypePlan, value: unknown): void => {
    const writer = new ByteWriter();
    compileCodec(type).encode(writer, value);
    cases.push({ name, type: goldenPlain(type), value: goldenValue(type, value), hex: goldenHex(writer.view()) });
  };
  add('true', { kind: 'bool' }, true);
  add('a u256', { kind: 'u256' }, 2n ** 255n + 3n);
  add('a negative i128', { kind: 'i128' }, -5n);
  add('text of three lengths of characters', { kind: 'string' }, 'aé漢😀');
  add('a long text, with a length of two bytes', { kind: 'string' }, 'tick'.repeat(50));
  add('no value', { kind: 'option', of: { kind: 'u16' } }, undefined);
  add('nested arrays', { kind: 'array', of: { kind: 'array', of: { kind: 'i16' } } }, [[-2, 300], [], [7]]);
  add('a variant with an id of its own', KIND, { tag: 'Beast', value: { legs: 4 } });
  add('a variant without payload', KIND, { tag: 'Chest' });
  for (let seed = 1; seed <= 250; seed++) {
    const prng = new Prng(9000 + seed);
    const type = randomType(prng, 2);
    add(`random ${seed}`, type, randomValue(prng, type));
  }
  for (const { name, type, bytes } of valueRefusals()) {
    const code = codeOfRefusal(() => checkArgs(new ByteReader(bytes), [{ type }]));
    cases.push({ name, type: goldenPlain(type), hex: goldenHex(bytes), code });
  }
  return cases;
}

const KIND: TypePlan = {
  kind: 'enum',
  name: 'Kind',
  variants: [
    { id: 4, name: 'Chest', type: { kind: 'unit' } },
    { id: 9, name: 'Beast', type: { kind: 'object', name: null, fields: [{ name: 'legs', type: { kind: 'u8' } }] } },
  ],
};

function quantizeCases(): Json[] {
  const plans: QuantizePlan[] = [
    { kind: 'step', step: 0.01, min: null, max: null },
    { kind: 'step', step: 0.125, min: -20, max: 300 },
    { kind: 'step', step: 3, min: null, max: null },
    { kind: 'angle', bits: 8 },
    { kind: 'angle', bits: 13 },
  ];
  const prng = new Prng(31);
  const cases: Json[] = [];
  for (const quantize of plans) {
    const xs = [
      0,
      0.005,
      -0.005,
      0.015,
      1.5,
      -1.5,
      4.5,
      6.283185307179586,
      -0.0001,
      6.27,
      1e-9,
      1e20,
      NaN,
      Infinity,
      -Infinity,
    ];
    for (let i = 0; i < 25; i++) xs.push((prng.float() - 0.5) * 10 ** prng.int(-2, 5));
    for (const x of xs) {
      for (const isF32 of [false, true]) {
        const held = isF32 ? Math.fround(x) : x;
        const k = quantizeToInteger(quantize, held);
        cases.push({
          quantize: goldenPlain(quantize),
          f32: isF32,
          x: goldenNumber(held),
          k: goldenNumber(k),
          shown: goldenNumber(dequantize(quantize, k, isF32)),
        });
      }
    }
  }
  return cases;
}

const isEscaped = (bytes: Uint8Array): boolean => (readPieceFlags(bytes, 0) & PIECE_ESCAPED) !== 0;

function pieceCases(): Json[] {
  const cases: Json[] = [];
  /** Adds a case unless it is long, or not what is looked for; returns whether. */
  const add = (
    name: string,
    source: PieceSource,
    table: WireTable,
    watch: Watch,
    isWanted: (bytes: Uint8Array) => boolean = () => true,
  ): boolean => {
    const writer = new ByteWriter();
    encodePiece(writer, source);
    if (writer.length > 500 || table.columns.length > 40 || !isWanted(writer.view())) return false;
    const sink = recordingSink();
    decodePiece(writer.copy(), 0, table, watch, sink);
    cases.push({
      name,
      table: goldenPlain(table),
      watch: goldenPlain(watch),
      hex: goldenHex(writer.view()),
      events: goldenEvents(table, sink.events()),
    });
    return true;
  };
  for (const count of [1, 10, 60]) {
    const { source, watch } = movers(count, 3);
    add(`${count} movers with names far apart`, source, bodyTable(), watch);
  }
  add('10 movers with dense names', movers(10, 1).source, bodyTable(), movers(10, 1).watch);
  for (const step of [0.001, 0.0001]) {
    const { source, watch } = movers(4, 5);
    const quantize = { kind: 'step', step, min: null, max: null } as const;
    const table = bodyTable();
    for (const place of [3, 4]) table.columns[place]!.quantize = quantize;
    add(`a cell whose coordinates have steps of ${step}`, { ...source, table }, table, watch);
  }
  for (const x of [9999, -9999.75, NaN, Infinity, -Infinity]) {
    const stray = movers(3, 2);
    (stray.source.columns[3] as Float32Array)[stray.source.updateSlots[1]!] = x;
    add(`a mover far outside of its cell, at ${x}`, stray.source, bodyTable(), stray.watch);
  }
  const blind = movers(3, 2);
  (blind.source.columns[5] as Float32Array)[blind.source.updateSlots[1]!] = NaN;
  add('NaN in an exact partition', { ...blind.source, isExact: true }, bodyTable(), { ...blind.watch, isExact: true });
  for (const { name, source, table, watch } of roundedColumns()) add(name, source, table, watch);
  for (let seed = 1; seed <= 120; seed++) {
    const { source, table, watch } = randomPiece(new Prng(7000 + seed));
    add(`random ${seed}`, source, table, watch);
  }
  // Few random pieces are both escaped and short, so these are looked for.
  for (let seed = 1, found = 0; found < 12; seed++) {
    const { source, table, watch } = randomPiece(new Prng(8000 + seed));
    if (add(`escaped ${seed}`, source, table, watch, isEscaped)) found++;
  }
  for (const { name, table, watch, bytes } of pieceRefusals()) {
    const code = codeOfRefusal(() => decodePiece(bytes, 0, table, watch, recordingSink()));
    cases.push({ name, table: goldenPlain(table), watch: goldenPlain(watch), hex: goldenHex(bytes), code });
  }
  return cases;
}

function clientCases(): Json[] {
  const cases: Json[] = [];
  const add = (name: string, message: ClientMessage): Uint8Array => {
    const writer = new ByteWriter();
    encodeClientMessage(writer, message);
    cases.push({ name, message: goldenPlain(message), hex: goldenHex(writer.view()) });
    return writer.copy();
  };
  add('a receipt', { receiptTick: 2 ** 33 + 7, items: [] });
  const two: ClientMessage = {
    receiptTick: 41,
    items: [
      { kind: 'call', sequence: 3, reducerId: 17, args: Uint8Array.of(1, 2, 3) },
      { kind: 'call', sequence: 4, reducerId: 18, args: new Uint8Array(0) },
    ],
  };
  const bytes = add('two calls', two);
  for (let seed = 1; seed <= 40; seed++) add(`random ${seed}`, randomClientMessage(new Prng(5000 + seed)));
  const refuse = (name: string, hostile: Uint8Array): void => {
    try {
      decodeClientMessage(hostile);
    } catch (error) {
      if (!(error instanceof TickbaseError)) throw error;
      cases.push({ name, hex: goldenHex(hostile), code: error.code });
    }
  };
  refuse('the last four bytes are missing', bytes.slice(0, -4));
  refuse('eight zeros follow', Uint8Array.from([...bytes, 0, 0, 0, 0, 0, 0, 0, 0]));
  refuse('nothing', new Uint8Array(0));
  for (let at = 0; at < bytes.length; at += 4) {
    const changed = bytes.slice();
    new DataView(changed.buffer).setUint32(at, 100_000, true);
    refuse(`word ${at / 4} is 100000`, changed);
  }
  for (const { name, bytes: hostile } of clientRefusals()) {
    cases.push({ name, hex: goldenHex(hostile), code: codeOfRefusal(() => decodeClientMessage(hostile)) });
  }
  return cases;
}

function piece(): Uint8Array {
  const writer = new ByteWriter();
  encodePiece(writer, movers(2, 3).source);
  return writer.copy();
}

function serverCases(): Json[] {
  const cases: Json[] = [];
  const add = (name: string, sections: readonly (readonly [Section, readonly Uint8Array[]])[]): void => {
    const writer = new ByteWriter();
    for (const [section, pieces] of sections) encodeSection(writer, section, pieces, pieces.length);
    cases.push({
      name,
      sections: sections.map(([section, pieces]) => ({ section: goldenPlain(section), pieces: pieces.map(goldenHex) })),
      hex: goldenHex(writer.view()),
    });
  };
  add('a head and nothing else', [[headOnly(), []]]);
  add('a head and two pieces', [[headOnly(), [piece(), piece()]]]);
  for (let seed = 1; seed <= 40; seed++) {
    const prng = new Prng(3000 + seed);
    add(
      `random ${seed}`,
      Array.from(
        { length: prng.int(1, 2) },
        () => [withoutPast(randomSection(prng)), prng.int(0, 1) === 0 ? [] : [piece()]] as const,
      ),
    );
  }
  add('a welcome that knows of no processed call', [[{ ...headOnly(), welcome: welcome(0, null) }, []]]);
  add('a welcome that knows of processed calls', [
    [{ ...headOnly(), welcome: welcome(7, { tables: [bodyTable()], reducers: [] }) }, []],
  ]);
  cases.push({
    name: 'a field that this version does not know',
    sections: [{ section: goldenPlain(headOnly()), pieces: [] }],
    hex: goldenHex(sectionWithUnknownField(headOnly())),
  });
  for (const { name, bytes } of serverRefusals(headOnly(), piece())) {
    cases.push({ name, hex: goldenHex(bytes), code: codeOfRefusal(() => decodeServerMessage(bytes, () => {})) });
  }
  return cases;
}

/** The code with which bytes are refused that must be. */
function codeOfRefusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof TickbaseError) return error.code;
    throw error;
  }
  throw new Error('bytes that are to be refused are accepted');
}

/** The field is younger than the vectors that were drawn at random, whose bytes stay. */
function withoutPast(section: Section): Section {
  return section.welcome === null ? section : { ...section, welcome: { ...section.welcome, pastCallsProcessed: null } };
}

function welcome(pastCallsProcessed: number, schema: WireSchema | null): Welcome {
  return {
    protocolVersion: 1,
    epoch: '00c0ffee00c0ffee',
    database: 'harbour',
    identity: 0x51n,
    connectionId: 0x77n,
    token: 'token-of-51',
    resumeToken: 'resume-1',
    isResumed: false,
    resumeGraceMs: 30_000,
    tickRate: 20,
    schemaHash: 'fedcba9876543210',
    schema,
    pastCallsProcessed,
  };
}

function headOnly(): Section {
  return {
    head: {
      tick: 2 ** 40 + 5,
      durableTick: 2 ** 40 + 3,
      serverTimeUs: 1_700_000_000_000_123n,
      callsProcessed: 9,
      timeScale: 1,
      flags: 0,
    },
    welcome: null,
    results: [],
    watches: [],
    unwatches: [],
    ownRows: [],
    applied: [],
    ended: [],
    subscriptionErrors: [],
    queryAnswers: [],
  };
}

function schemaCases(): Json[] {
  const schemas = [{ tables: [bodyTable()], reducers: [] }];
  for (let seed = 1; seed <= 20; seed++) schemas.push(randomSchema(new Prng(1000 + seed)) as (typeof schemas)[0]);
  return schemas.map((schema, i) => ({
    name: i === 0 ? 'body' : `random ${i}`,
    schema: goldenPlain(schema),
    hash: hashWireSchema(schema),
  }));
}
