import { readFileSync } from 'node:fs';
import {
  type AnyColumn,
  ConnectionId,
  Identity,
  schema,
  t,
  table,
  TimeDuration,
  Timestamp,
  Uuid,
} from '@tickbase/schema';
import { derivePlan, type TypePlan } from '@tickbase/schema/plan';
import { isComparable, makeTableQuery, sender } from '@tickbase/schema/query';
import { FileImports } from '../../runtime/cli/generate/typescript/file-imports.ts';
import { valueType } from '../../runtime/cli/generate/typescript/type-texts.ts';
import { markdownTable } from './markdown-table.ts';

/** docs/reference/column-types.md: what each type is in TypeScript, in queries, as a key and on the wire, found out by using it. */
export function columnTypesPage(): string[] {
  const wire = wireTexts();
  return [
    '# Column types',
    '',
    'The types of columns, of parameters of reducers, and of parts of other types. Values of integers from 64 bits on are bigints.',
    'Generated from the code by `npm run generate:docs`.',
    '',
    '## In the module and in the client',
    '',
    ...markdownTable(
      ['type', 'TypeScript', 'primary key, unique', 'indexes', 'autoInc', 'quantize, angle'],
      TYPES.map(({ text, column }) => [
        `\`${text}\``,
        `\`${valueType(column.draft.type, { imports: new FileImports(), typesFile: null })}\``,
        yes(canBe(column, (it) => it.primaryKey())),
        INDEXES.filter((algorithm) => canBe(column, (it) => it.index(algorithm))).join(', ') || '–',
        yes(canBe(column, (it) => it.primaryKey().autoInc())),
        yes(canBe(column, (it) => it.quantize({ step: 0.01 }))),
      ]),
    ),
    '',
    'All of them can be `.optional()` but options themselves, and all can have a `.default(…)` where they are neither key nor unique.',
    '',
    '## In queries and on the wire',
    '',
    'The bytes are those of arguments and whole rows; streamed columns are packed closer, see [WIRE.md](../../protocol/WIRE.md).',
    '',
    ...markdownTable(
      ['type', 'compared by', 'literal in SQL', 'bytes'],
      TYPES.map(({ text, column, sample }) => [
        `\`${text}\``,
        comparisons(column.draft.type),
        literal(column, sample),
        wire.get(column.draft.type.kind)!,
      ]),
    ),
    '',
    'An identity is also compared with `:sender`, the identity of whoever asks. Timestamps may be written as ISO text, too:',
    "`'2031-05-06T07:08:09Z'`.",
  ];
}

interface TypeRow {
  readonly text: string;
  readonly column: AnyColumn;
  /** A value to be written as SQL; left out where queries cannot compare. */
  readonly sample?: unknown;
}

const TYPES: readonly TypeRow[] = [
  { text: 't.bool()', column: t.bool(), sample: true },
  { text: 't.u8()', column: t.u8(), sample: 12 },
  { text: 't.u16()', column: t.u16(), sample: 12 },
  { text: 't.u32()', column: t.u32(), sample: 12 },
  { text: 't.u64()', column: t.u64(), sample: 12n },
  { text: 't.u128()', column: t.u128(), sample: 12n },
  { text: 't.u256()', column: t.u256(), sample: 12n },
  { text: 't.i8()', column: t.i8(), sample: -12 },
  { text: 't.i16()', column: t.i16(), sample: -12 },
  { text: 't.i32()', column: t.i32(), sample: -12 },
  { text: 't.i64()', column: t.i64(), sample: -12n },
  { text: 't.i128()', column: t.i128(), sample: -12n },
  { text: 't.i256()', column: t.i256(), sample: -12n },
  { text: 't.f32()', column: t.f32(), sample: 1.5 },
  { text: 't.f64()', column: t.f64(), sample: 1.5 },
  { text: 't.string()', column: t.string(), sample: "it's" },
  { text: 't.byteArray()', column: t.byteArray(), sample: Uint8Array.of(1, 255) },
  { text: 't.identity()', column: t.identity(), sample: Identity.zero() },
  { text: 't.connectionId()', column: t.connectionId(), sample: new ConnectionId(0n) },
  { text: 't.timestamp()', column: t.timestamp(), sample: new Timestamp(1_935_817_689_000_000n) },
  { text: 't.timeDuration()', column: t.timeDuration(), sample: TimeDuration.fromMillis(1500) },
  { text: 't.uuid()', column: t.uuid(), sample: Uuid.NIL },
  { text: 't.scheduleAt()', column: t.scheduleAt() },
  { text: 't.unit()', column: t.unit() },
  { text: 't.option(t.u8())', column: t.option(t.u8()) },
  { text: 't.array(t.u8())', column: t.array(t.u8()) },
  { text: 't.result(t.u8(), t.string())', column: t.result(t.u8(), t.string()) },
  { text: 't.object({ x: t.f32() })', column: t.object({ x: t.f32() }) },
  { text: "t.enum('Kind', ['Deer', 'Fox'])", column: t.enum('Kind', ['Deer', 'Fox']), sample: { tag: 'Deer' } },
  {
    text: "t.enum('Order', { Stay: t.unit(), Go: t.u8() })",
    column: t.enum('Order', { Stay: t.unit(), Go: t.u8() }),
  },
];

const INDEXES = ['btree', 'hash', 'direct'] as const;

/** The modifiers, without what the compiler knows of them: here the plan's own checks are asked. */
interface Modifiable extends AnyColumn {
  primaryKey(): Modifiable;
  autoInc(): Modifiable;
  index(algorithm: string): Modifiable;
  quantize(options: { step: number }): Modifiable;
}

function canBe(column: AnyColumn, modify: (column: Modifiable) => AnyColumn): boolean {
  try {
    derivePlan({ default: schema({ probe: table({}, { it: modify(column as Modifiable) }) }) });
    return true;
  } catch {
    return false;
  }
}

function comparisons(type: TypePlan): string {
  if (isComparable(type, 'lt')) return '`= <> < <= > >=`';
  return isComparable(type, 'eq') ? '`= <>`' : '–';
}

function literal(column: AnyColumn, sample: unknown): string {
  if (sample === undefined) return '–';
  const query = makeTableQuery<{ it: unknown }>({ name: 'probe', columns: [{ name: 'it', type: column.draft.type }] });
  const sql = query.where((row) => row.it.eq(sample as typeof sender & never)).toSql();
  return `\`${sql.slice(sql.indexOf(' = ') + 3).replace(/0{20,}/, '00…')}\``;
}

/** The bytes of each kind of type, as WIRE.md says. */
function wireTexts(): Map<string, string> {
  const text = readFileSync(new URL('../../protocol/WIRE.md', import.meta.url), 'utf8');
  const section = text.slice(text.indexOf('\n## 2. Values'), text.indexOf('\n## 3.'));
  const texts = new Map<string, string>();
  for (const [, kinds, bytes] of section.matchAll(/^\| ([\w, ]+) \| (.+) \|$/gm)) {
    const names = kinds!.split(', ');
    const each = bytes!.split(', ');
    const isEach = names.length > 2 && each.length >= names.length;
    names.forEach((name, at) => texts.set(name, isEach ? withBytes(each[at]!) : bytes!));
  }
  // Signed integers have the widths of the unsigned, floats their own two.
  for (const name of texts.keys())
    if (/^i\d/.test(name)) texts.set(name, `${texts.get(`u${name.slice(1)}`)}, two's complement`);
  texts.set('f32', '4 bytes');
  texts.set('f64', '8 bytes');
  return texts;
}

function withBytes(width: string): string {
  return `${width.replace(/ bytes?$/, '')} ${width === '1' ? 'byte' : 'bytes'}`;
}

function yes(is: boolean): string {
  return is ? 'yes' : '–';
}
