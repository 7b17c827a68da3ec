import type { TickbaseError } from '@tickbase/base';
import { expect, test } from 'vitest';
import { QUERY_CODES } from '../errors/query-codes.ts';
import { SQL_CODES } from '../errors/sql-codes.ts';
import { SCHEMA_CODES } from '../errors/schema-codes.ts';
import { schema, type SchemaOptions } from '../module/schema.ts';
import type { Tables } from '../module/reducer-ctx.ts';
import { parseSql } from '../query/parse-sql.ts';
import { makeTableQuery } from '../query/table-query.ts';
import { table } from '../tables/table.ts';
import { expectMistake } from '../testing/expect-mistake.ts';
import type { ColumnDraft } from '../types/column-draft.ts';
import { Column } from '../types/column.ts';
import { t } from '../types/t.ts';
import { Identity } from '../values/identity.ts';
import { Timestamp } from '../values/timestamp.ts';
import { assignIds } from './assign-ids.ts';
import { derivePlan } from './derive-plan.ts';
import type { Plan } from './plan.ts';
import type { TypePlan } from './type-plan.ts';

/** What only JavaScript can write. */
const js = (value: unknown): never => value as never;
const raw = (kind: string, draft: Partial<ColumnDraft> = {}): never =>
  js(new Column({ type: { kind } as TypePlan, ...draft }));
const nothing = (): void => {};
const derive = (tables: Tables, options: SchemaOptions = {}): unknown =>
  derivePlan({ default: schema(tables, options) });
const deriveTable = (options: object, shape: object): unknown => derive({ thing: table(js(options), js(shape)) });
const deriveColumn = (column: unknown): unknown => deriveTable({}, { id: t.u32(), it: column });
const deriveWith = (make: (game: ReturnType<typeof spatialGame>) => Record<string, unknown>): unknown => {
  const game = spatialGame();
  return derivePlan({ default: game, ...make(game) });
};
const kindsFrom = (first: number): Plan => {
  const names = Array.from({ length: 200 }, (_, i) => `V${first + i}`);
  return derivePlan({ default: schema({ thing: table({}, { kind: t.enum('Kind', names) }) }) }).plan;
};
const place = { id: t.u64().primaryKey(), x: t.f32(), y: t.f32() };
/** Banners that members of a party see, by a rule with these changes. */
const seenThrough = (rule: object, options: object = {}, isListed = true): unknown => {
  const member = table(js(options), { identity: t.identity().index(), guest: t.identity(), party: t.u32() });
  const visibleTo = { column: 'party', through: () => member, sender: 'identity', value: 'party', ...rule };
  const banner = table(js({ visibleTo }), { party: t.u32().index(), other: t.u32() });
  return derive(isListed ? { member, banner } : { banner });
};
const position = { x: 'x', y: 'y', cell: 8 } as const;

function spatialGame(tickRate = 20) {
  const body = table({ spatial: position }, place);
  const timer = table({}, { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt() });
  return schema({ body, timer }, { tickRate });
}

function interestWith(options: object, tickRate = 20): unknown {
  const game = spatialGame(tickRate);
  return derivePlan({ default: game, area: game.interest({ radiusMax: 9, centre: () => null, ...options }) });
}

function followers(followsOptions: object, column: never, targetOptions: object = { spatial: position }): unknown {
  const body = table(js(targetOptions), place);
  const withReference = js(new Column({ ...(column as Column<unknown, 'u64'>).draft, references: () => body }));
  return derive({
    body,
    plate: table(js({ spatial: { follows: 'bodyId' }, ...followsOptions }), { bodyId: withReference }),
  });
}

function timers(shape: object, params: object | null, options: object = {}): unknown {
  const timer = table(js(options), js(shape));
  const game = schema({ timer });
  const ring = game.reducer({ onSchedule: timer }, js(params ?? { arg: timer.rowType }), nothing);
  return derivePlan({ default: game, ring });
}

const timerShape = { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt() };
const sqlPlan = {
  tables: [
    {
      name: 'thing',
      columns: [
        { name: 'id', type: { kind: 'u8' } },
        { name: 'list', type: { kind: 'array', of: { kind: 'u8' } } },
      ],
    },
    { name: 'other', columns: [{ name: 'key', type: { kind: 'u8' } }] },
  ],
};
const sql = (text: string): unknown => parseSql(text, js(sqlPlan));

const MISTAKES: readonly (readonly [code: string, title: string, run: () => unknown])[] = [
  ['MODULE_WITHOUT_SCHEMA', 'a module without default export', () => derivePlan({})],
  ['MODULE_WITHOUT_SCHEMA', 'a default export that is something else', () => derivePlan({ default: { tables: {} } })],
  ['SCHEMA_OPTION_UNKNOWN', 'a misspelt schema option', () => derive({}, js({ tickrate: 20 }))],
  ['SCHEMA_OPTION_UNKNOWN', 'a misspelt table option', () => deriveTable({ pubic: true }, { id: t.u8() })],
  ['SCHEMA_OPTION_INVALID', 'a name that is no text', () => deriveTable({ name: 3 }, { id: t.u8() })],
  ['SCHEMA_OPTION_INVALID', 'an unknown naming policy', () => derive({}, js({ CASE_CONVERSION_POLICY: 'Camel' }))],
  ['SCHEMA_OPTION_INVALID', 'indexes that are no list', () => deriveTable({ indexes: {} }, { id: t.u8() })],
  [
    'SCHEMA_OPTION_INVALID',
    'an unknown constraint',
    () => deriveTable({ constraints: [{ constraint: 'check', columns: ['id'] }] }, { id: t.u8() }),
  ],
  ['SCHEMA_OPTION_INVALID', 'removed things that are no list', () => derive({}, js({ removed: 'purse' }))],
  ['SCHEMA_OPTION_INVALID', 'an old name that is no text', () => deriveColumn(t.u8().renamedFrom(js(3)))],
  ['RENAMED_FROM_TAKEN', 'its own name as an old one', () => deriveColumn(t.u8().renamedFrom('it'))],
  ['RENAMED_FROM_TAKEN', 'an old name that another has today', () => deriveColumn(t.u8().renamedFrom('id'))],
  [
    'RENAMED_FROM_TAKEN',
    'an old name that two tables claim',
    () =>
      derive({
        coins: table({}, { id: t.u8() }).renamedFrom('gold'),
        notes: table({}, { id: t.u8() }).renamedFrom('gold'),
      }),
  ],
  ['REMOVED_INVALID', 'a table that is there', () => derive({ it: table({}, { id: t.u8() }) }, { removed: ['it'] })],
  ['REMOVED_INVALID', 'a column by no path', () => derive({}, { removed: ['purse.'] })],
  [
    'REMOVED_INVALID',
    'a column that is there',
    () => derive({ it: table({}, { bodyId: t.u8() }) }, { removed: ['it.body_id'] }),
  ],
  ['TICK_RATE_INVALID', 'a tick rate above 240', () => derive({}, { tickRate: 241 })],
  ['TICK_RATE_INVALID', 'a tick rate below 0', () => derive({}, { tickRate: -1 })],
  ['TICK_RATE_INVALID', 'a tick rate that is infinite', () => derive({}, { tickRate: Infinity })],
  ['NAME_INVALID', 'a column that starts with a digit', () => deriveTable({}, { '2d': t.u8() })],
  ['NAME_INVALID', 'a name with a hyphen', () => deriveTable({ name: 'big-thing' }, { id: t.u8() })],
  ['NAME_INVALID', 'a name of 64 letters', () => deriveTable({}, { ['x'.repeat(64)]: t.u8() })],
  ['NAME_INVALID', 'an enum variant with a space', () => deriveColumn(t.enum('Kind', ['Big Beast']))],
  ['NAME_RESERVED', 'a word of C++', () => deriveTable({}, { namespace: t.u8() })],
  ['NAME_RESERVED', 'a word of C#', () => deriveTable({}, { readonly: t.u8() })],
  ['NAME_RESERVED', 'a macro of Unreal', () => deriveTable({}, { verify: t.u8() })],
  ['NAME_RESERVED', 'an upper-case macro of Unreal', () => deriveTable({}, { TEXT: t.u8() })],
  ['NAME_RESERVED', 'two underscores in front', () => deriveTable({}, { __id: t.u8() })],
  ['NAME_RESERVED', 'a column called __proto__', () => deriveTable({}, { ['__proto__']: t.u8() })],
  ['COLUMN_INVALID', '__proto__ written plainly', () => deriveTable({}, { __proto__: t.u8(), id: t.u8() })],
  ['COLUMN_INVALID', 'a field __proto__ written plainly', () => deriveColumn(t.object({ __proto__: t.u8() }))],
  ['NAME_RESERVED', 'what every object has', () => deriveTable({}, { constructor: t.u8() })],
  ['NAME_RESERVED', 'a table called prototype', () => derive({ prototype: table({}, { id: t.u8() }) })],
  [
    'NAME_RESERVED',
    'a parameter called delete',
    () => deriveWith((game) => ({ go: game.reducer({ delete: t.u8() }, nothing) })),
  ],
  ['NAME_TAKEN', 'columns that are one in snake case', () => deriveTable({}, { bodyId: t.u8(), body_id: t.u8() })],
  [
    'NAME_TAKEN',
    'accessors that generated code would write alike',
    () => deriveTable({}, { bodyId: t.u8().name('a'), body_id: t.u8().name('b') }),
  ],
  ['NAME_RESERVED', 'an underscore and a capital', () => deriveTable({}, { _Id: t.u8() })],
  [
    'NAME_TAKEN',
    'tables of one name',
    () => derive({ a: table({ name: 'c' }, { id: t.u8() }), b: table({ name: 'c' }, { id: t.u8() }) }),
  ],
  [
    'NAME_TAKEN',
    'functions that are one in snake case',
    () => deriveWith((game) => ({ goOn: game.reducer(nothing), go_on: game.reducer(nothing) })),
  ],
  [
    'NAME_TAKEN',
    'two different types of one name',
    () => deriveTable({}, { a: t.enum('Kind', ['A']), b: t.enum('Kind', ['B']) }),
  ],
  ['NAME_TAKEN', 'two variants of one name', () => deriveColumn(t.enum('Kind', ['A', 'A']))],
  [
    'NAME_TAKEN',
    'two indexes of one name',
    () =>
      deriveTable(
        {
          indexes: [
            { accessor: 'a', name: 'n', algorithm: 'hash', columns: ['id'] },
            { accessor: 'b', name: 'n', algorithm: 'btree', columns: ['id'] },
          ],
        },
        { id: t.u8() },
      ),
  ],
  [
    'ACCESSOR_TAKEN',
    'an index called like a unique column',
    () => deriveTable({ indexes: [{ accessor: 'id', algorithm: 'btree', columns: ['id'] }] }, { id: t.u8().unique() }),
  ],
  [
    'ACCESSOR_TAKEN',
    'a column that is unique twice',
    () => deriveTable({ constraints: [{ constraint: 'unique', columns: ['id'] }] }, { id: t.u8().unique() }),
  ],
  ['TABLE_INVALID', 'a table that is only a shape', () => schema(js({ thing: { id: t.u8() } }))],
  ['TABLE_INVALID', 'a table without columns', () => table({}, js(undefined))],
  [
    'TABLE_TWICE',
    'one table under two names',
    () => {
      const one = table({}, { id: t.u8() });
      return derive({ a: one, b: one });
    },
  ],
  ['TABLE_EMPTY', 'a table of no columns', () => deriveTable({}, {})],
  [
    'TABLE_TOO_WIDE',
    '65 columns',
    () => deriveTable({}, Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`c${i}`, t.u8()]))),
  ],
  [
    'TABLES_TOO_MANY',
    '65536 tables',
    () => derive(Object.fromEntries(Array.from({ length: 65_536 }, (_, i) => [`t${i}`, table({}, { id: t.u8() })]))),
  ],
  ['COLUMN_INVALID', 'a type whose parentheses are missing', () => deriveTable({}, { id: t.u8 })],
  ['COLUMN_INVALID', 'an array of nothing', () => t.array(js(undefined))],
  [
    'COLUMN_INVALID',
    'a parameter that is no type',
    () => deriveWith((game) => ({ go: game.reducer(js({ a: 'u8' }), nothing) })),
  ],
  [
    'COLUMN_UNKNOWN',
    'an index on a column that is not there',
    () => deriveTable({ indexes: [{ accessor: 'a', algorithm: 'btree', columns: ['nope'] }] }, { id: t.u8() }),
  ],
  [
    'COLUMN_UNKNOWN',
    'a constraint on one',
    () => deriveTable({ constraints: [{ constraint: 'unique', columns: ['nope'] }] }, { id: t.u8() }),
  ],
  ['COLUMN_UNKNOWN', 'a position by one', () => deriveTable({ spatial: { x: 'nope', y: 'y', cell: 1 } }, place)],
  ['COLUMN_UNKNOWN', 'visibility by one', () => deriveTable({ visibleTo: 'nope' }, { id: t.u8() })],
  [
    'TYPE_TOO_DEEP',
    '17 arrays in one another',
    () => deriveColumn(Array.from({ length: 17 }).reduce((of) => t.array(js(of)), t.u8())),
  ],
  [
    'ENUM_NUMBERS_USED_UP',
    'an enum that 400 variants were given to',
    () => assignIds(kindsFrom(200), assignIds(kindsFrom(0), null)),
  ],
  ['OPTION_NESTED', 'an option of an option', () => deriveColumn(js(t.option(js(t.option(t.u8())))))],
  [
    'OPTION_NESTED',
    'an option made optional',
    () => deriveTable({}, { x: t.u8().optional.call(js(t.option(t.u8()))) }),
  ],
  ['ENUM_SIZE', 'an enum of nothing', () => deriveColumn(t.enum('Kind', []))],
  [
    'ENUM_SIZE',
    'an enum of 257',
    () =>
      deriveColumn(
        t.enum(
          'Kind',
          Array.from({ length: 257 }, (_, i) => `V${i}`),
        ),
      ),
  ],
  [
    'PRIMARY_KEY_TWICE',
    'two columns with primaryKey',
    () => deriveTable({}, { a: t.u8().primaryKey(), b: t.u8().primaryKey() }),
  ],
  [
    'PRIMARY_KEY_TWICE',
    'a column and a constraint',
    () =>
      deriveTable(
        { constraints: [{ constraint: 'primaryKey', columns: ['a', 'b'] }] },
        { a: t.u8().primaryKey(), b: t.u8() },
      ),
  ],
  ['KEY_TYPE', 'a primary key of floats', () => deriveColumn(raw('f32', { isPrimaryKey: true }))],
  [
    'KEY_TYPE',
    'a unique list',
    () => deriveTable({ constraints: [{ constraint: 'unique', columns: ['a'] }] }, { a: t.array(t.u8()) }),
  ],
  [
    'KEY_COLUMNS',
    'a constraint on no column',
    () => deriveTable({ constraints: [{ constraint: 'unique', columns: [] }] }, { a: t.u8() }),
  ],
  [
    'KEY_COLUMNS',
    'an index with a column twice',
    () => deriveTable({ indexes: [{ accessor: 'twice', algorithm: 'btree', columns: ['a', 'a'] }] }, { a: t.u8() }),
  ],
  ['INDEX_TYPE', 'an index on bytes', () => deriveColumn(raw('bytes', { index: 'btree' }))],
  ['INDEX_TYPE', 'a hash on floats', () => deriveColumn(raw('f32', { index: 'hash' }))],
  ['INDEX_ALGORITHM', 'an unknown algorithm', () => deriveColumn(raw('u8', { index: js('bitmap') }))],
  ['INDEX_DIRECT_TYPE', 'a direct index on text', () => deriveColumn(raw('string', { index: 'direct' }))],
  [
    'INDEX_DIRECT_TYPE',
    'a direct index on two columns',
    () =>
      deriveTable(
        { indexes: [{ accessor: 'both', algorithm: 'direct', columns: ['a', 'b'] }] },
        { a: t.u8(), b: t.u8() },
      ),
  ],
  ['AUTO_INC_TYPE', 'autoInc on text', () => deriveColumn(raw('string', { isAutoInc: true }))],
  [
    'AUTO_INC_DEFAULT',
    'autoInc with a default',
    () => deriveColumn(raw('u8', { isAutoInc: true, default: { value: 3 } })),
  ],
  [
    'DEFAULT_KEYED',
    'a primary key with a default',
    () => deriveColumn(raw('u8', { isPrimaryKey: true, default: { value: 3 } })),
  ],
  ['DEFAULT_INVALID', 'a number where a bigint belongs', () => deriveColumn(t.u64().default(js(3)))],
  ['DEFAULT_INVALID', 'a number out of range', () => deriveColumn(t.u8().default(256))],
  ['DEFAULT_INVALID', 'a field too many', () => deriveColumn(t.object({ a: t.u8() }).default(js({ a: 1, b: 2 })))],
  [
    'REFERENCES_KEY',
    'a reference to a table of another schema',
    () => deriveColumn(t.u64().references(() => table({}, place))),
  ],
  [
    'REFERENCES_KEY',
    'a reference to a table without key',
    () => {
      const keyless = table({}, { a: t.u64() });
      return derive({ keyless, other: table({}, { a: t.u64().references(() => keyless) }) });
    },
  ],
  [
    'REFERENCES_TYPE',
    'a reference of another type',
    () => {
      const keyed = table({}, place);
      return derive({ keyed, other: table({}, { a: t.u32().references(() => keyed) }) });
    },
  ],
  [
    'QUANTIZE_TYPE',
    'quantize on an integer',
    () => deriveColumn(raw('u8', { quantize: { kind: 'step', step: 1, min: null, max: null } })),
  ],
  [
    'QUANTIZE_KEYED',
    'quantize with an index',
    () => deriveColumn(raw('f32', { index: 'btree', quantize: { kind: 'angle', bits: 8 } })),
  ],
  ['QUANTIZE_STEP', 'a step of 0', () => deriveColumn(t.f32().quantize({ step: 0 }))],
  ['QUANTIZE_STEP', 'a step that is infinite', () => deriveColumn(t.f32().quantize({ step: Infinity }))],
  ['QUANTIZE_RANGE', 'a range the wrong way round', () => deriveColumn(t.f32().quantize({ step: 1, min: 5, max: 2 }))],
  ['QUANTIZE_RANGE', 'half a range', () => deriveColumn(t.f32().quantize({ step: 1, min: 5 }))],
  [
    'QUANTIZE_DEFAULT',
    'a default outside of the range',
    () => deriveColumn(t.f32().quantize({ step: 1, min: 5, max: 7 }).default(9)),
  ],
  ['ANGLE_BITS', '17 bits', () => deriveColumn(t.f32().angle({ bits: 17 }))],
  ['ANGLE_BITS', 'half a bit', () => deriveColumn(t.f32().angle({ bits: 0.5 }))],
  ['PERSIST_INVALID', 'an unknown word', () => deriveTable({ persist: 'always' }, { a: t.u8() })],
  [
    'PERSIST_INVALID',
    'an event table that shall last',
    () => deriveTable({ persist: 'commit', event: true }, { a: t.u8() }),
  ],
  [
    'PERSIST_INVALID',
    'a key column with one of its own',
    () => deriveTable({}, { a: t.u8().primaryKey().persist('never') }),
  ],
  [
    'PERSIST_INVALID',
    'a lasting column of a table that does not last',
    () => deriveTable({ persist: 'never' }, { a: t.u8().persist('commit') }),
  ],
  [
    'SPATIAL_POSITION_TYPE',
    'a position of integers',
    () => deriveTable({ spatial: position }, { x: t.i32(), y: t.f32() }),
  ],
  [
    'SPATIAL_POSITION_TYPE',
    'x and y of one column',
    () => deriveTable({ spatial: { x: 'x', y: 'x', cell: 1 } }, place),
  ],
  [
    'SPATIAL_SPACE_TYPE',
    'a space that is a text',
    () => deriveTable({ spatial: { ...position, space: 's' } }, { ...place, s: t.string() }),
  ],
  ['SPATIAL_CELL', 'a cell of 0', () => deriveTable({ spatial: { ...position, cell: 0 } }, place)],
  ['SPATIAL_CELL', 'no cell', () => deriveTable({ spatial: { x: 'x', y: 'y' } }, place)],
  ['SPATIAL_INVALID', 'half a position', () => deriveTable({ spatial: { x: 'x', cell: 1 } }, place)],
  ['SPATIAL_INVALID', 'a position that follows', () => deriveTable({ spatial: { ...position, follows: 'id' } }, place)],
  [
    'FOLLOWS_REFERENCE',
    'following without reference',
    () => deriveTable({ spatial: { follows: 'bodyId' } }, { bodyId: t.u64().primaryKey() }),
  ],
  ['FOLLOWS_INDEX', 'following without index', () => followers({}, js(t.u64()))],
  ['FOLLOWS_POSITION', 'following what stands nowhere', () => followers({}, js(t.u64().unique()), {})],
  [
    'FOLLOWS_POSITION',
    'following events',
    () => followers({}, js(t.u64().unique()), { spatial: position, event: true }),
  ],
  ['VISIBLE_TO_TYPE', 'visibility by a number', () => deriveTable({ visibleTo: 'a' }, { a: t.u64() })],
  ['VISIBLE_TO_TYPE', 'visibility through a number', () => seenThrough({ sender: 'party' })],
  ['VISIBLE_TO_TYPE', 'visibility by columns of two types', () => seenThrough({ value: 'identity' })],
  ['VISIBLE_TO_TABLE', 'visibility through a table that the schema has not', () => seenThrough({}, {}, false)],
  ['VISIBLE_TO_TABLE', 'visibility through events', () => seenThrough({}, { event: true })],
  ['VISIBLE_TO_INDEX', 'visibility by a column without index', () => seenThrough({ column: 'other' })],
  ['VISIBLE_TO_INDEX', 'visibility through a column without index', () => seenThrough({ sender: 'guest' })],
  ['COLUMN_UNKNOWN', 'visibility through a column that is not there', () => seenThrough({ sender: 'nope' })],
  ['SCHEMA_OPTION_INVALID', 'visibility by no rule', () => deriveTable({ visibleTo: [] }, { a: t.identity() })],
  ['SCHEMA_OPTION_INVALID', 'visibility by a rule without sender', () => seenThrough({ sender: undefined })],
  ['SCHEMA_OPTION_UNKNOWN', 'visibility by an unknown option', () => seenThrough({ by: 'identity' })],
  ['HIDDEN_COLUMN', 'a hidden primary key', () => deriveTable({}, { a: t.u8().hidden().primaryKey() })],
  [
    'HIDDEN_COLUMN',
    'a part of the primary key',
    () =>
      deriveTable(
        { constraints: [{ constraint: 'primaryKey', columns: ['a', 'b'] }] },
        { a: t.u8(), b: t.u8().hidden() },
      ),
  ],
  ['HIDDEN_COLUMN', 'a hidden place', () => deriveTable({ spatial: position }, { x: t.f32().hidden(), y: t.f32() })],
  ['HIDDEN_COLUMN', 'hidden followed rows', () => followers({}, js(t.u64().index().hidden()))],
  ['HIDDEN_COLUMN', 'nothing to be seen', () => deriveTable({ public: true }, { a: t.u8().hidden() })],
  ...(
    [
      ['of a private table', { public: false }, {}],
      ['of events', { event: true }, {}],
      ['without a key', {}, { id: t.u8() }],
      ['by a number', {}, { gold: t.u8().visibleTo('id') }],
      ['by two', {}, { other: t.identity(), mail: t.u8().visibleTo('other') }],
    ] as const
  ).map(([what, options, shape]): [string, string, () => unknown] => [
    'OWN_COLUMN',
    `an owner’s column ${what}`,
    () =>
      deriveTable(
        { public: true, ...options },
        { id: t.u8().primaryKey(), who: t.identity(), gold: t.u8().visibleTo('who'), ...shape },
      ),
  ]),
  [
    'COLUMN_UNKNOWN',
    'an owner’s column by a column that is not there',
    () => deriveTable({ public: true }, { id: t.u8().primaryKey(), gold: t.u8().visibleTo('who') }),
  ],
  [
    'NAME_TAKEN',
    'a table with the name of what an owner gets of another',
    () =>
      derive({
        purse: table({ public: true }, { who: t.identity().primaryKey(), gold: t.u8().visibleTo('who') }),
        purseOwn: table({}, { id: t.u8() }),
      }),
  ],
  [
    'FUNCTION_INVALID',
    'a reducer without function',
    () => deriveWith((game) => ({ go: game.reducer({ a: t.u8() }, js(undefined)) })),
  ],
  ['FUNCTION_ASYNC', 'an async reducer', () => deriveWith((game) => ({ go: game.reducer(async () => {}) }))],
  [
    'FUNCTION_ASYNC',
    'a generator as a system',
    () =>
      deriveWith((game) => ({
        go: game.system(
          { everyTicks: 1 },
          js(function* () {}),
        ),
      })),
  ],
  [
    'FUNCTION_NOT_EXPORTED',
    'a reducer that is not exported',
    () =>
      deriveWith((game) => {
        game.reducer(nothing);
        return {};
      }),
  ],
  [
    'FUNCTION_EXPORTED_TWICE',
    'a reducer under two names',
    () =>
      deriveWith((game) => {
        const go = game.reducer(nothing);
        return { go, walk: go };
      }),
  ],
  ['FUNCTION_FOREIGN', 'a reducer of another schema', () => deriveWith(() => ({ go: spatialGame().reducer(nothing) }))],
  ['HOOK_TWICE', 'two init hooks', () => deriveWith((game) => ({ a: game.init(nothing), b: game.init(nothing) }))],
  [
    'HOOK_TWICE',
    'two interests',
    () =>
      deriveWith((game) => ({
        a: game.interest({ radiusMax: 1, centre: () => null }),
        b: game.interest({ radiusMax: 1, centre: () => null }),
      })),
  ],
  [
    'SCHEDULE_KEY',
    'a schedule table without autoInc',
    () => timers({ id: t.u64().primaryKey(), at: t.scheduleAt() }, null),
  ],
  [
    'SCHEDULE_KEY',
    'a schedule table with a small key',
    () => timers({ id: t.u32().primaryKey().autoInc(), at: t.scheduleAt() }, null),
  ],
  ['SCHEDULE_COLUMN', 'a schedule table without time', () => timers({ id: t.u64().primaryKey().autoInc() }, null)],
  ['SCHEDULE_COLUMN', 'a schedule table with two times', () => timers({ ...timerShape, then2: t.scheduleAt() }, null)],
  ['SCHEDULE_REDUCER', 'a scheduled reducer with other parameters', () => timers(timerShape, { id: t.u64() })],
  [
    'SCHEDULE_REDUCER',
    'onSchedule of a table of another schema',
    () => deriveWith((game) => ({ go: game.reducer({ onSchedule: table({}, timerShape) }, {}, nothing) })),
  ],
  ['SCHEDULE_REDUCER', 'a table scheduled by nothing', () => deriveTable({ scheduled: () => null }, timerShape)],
  ['SCHEDULE_EVENT', 'an event table with a schedule', () => timers(timerShape, null, { event: true })],
  [
    'SYSTEM_EVERY_TICKS',
    'every half tick',
    () => deriveWith((game) => ({ go: game.system({ everyTicks: 0.5 }, nothing) })),
  ],
  [
    'SYSTEM_EVERY_TICKS',
    'every 0 ticks',
    () => deriveWith((game) => ({ go: game.system({ everyTicks: 0 }, nothing) })),
  ],
  [
    'SYSTEM_WITHOUT_TICK',
    'a system in a world without ticks',
    () => {
      const game = schema({ thing: table({}, { id: t.u8() }) });
      return derivePlan({ default: game, go: game.system({ everyTicks: 1 }, nothing) });
    },
  ],
  [
    'INTEREST_WITHOUT_SPATIAL',
    'an interest without spatial table',
    () => {
      const game = schema({ thing: table({}, { id: t.u8() }) });
      return derivePlan({ default: game, area: game.interest({ radiusMax: 9, centre: () => null }) });
    },
  ],
  [
    'INTEREST_RADIUS',
    'a radius of 0',
    () => deriveWith((game) => ({ area: game.interest({ radiusMax: 0, centre: () => null }) })),
  ],
  ['INTEREST_TIERS', 'tiers that are no list', () => interestWith({ tiers: js('far') })],
  ['INTEREST_TIERS', 'a tier that is a number', () => interestWith({ tiers: js([7]) })],
  ['INTEREST_TIERS', 'a tier from nowhere on', () => interestWith({ tiers: [{ beyond: 0, everyTicks: 2 }] })],
  ['INTEREST_TIERS', 'a period of three ticks', () => interestWith({ tiers: [{ beyond: 5, everyTicks: js(3) }] })],
  [
    'INTEREST_TIERS',
    'a farther tier that is nearer',
    () =>
      interestWith({
        tiers: [
          { beyond: 7, everyTicks: 2 },
          { beyond: 6, everyTicks: 4 },
        ],
      }),
  ],
  [
    'INTEREST_TIERS',
    'a farther tier that is no slower',
    () =>
      interestWith({
        tiers: [
          { beyond: 7, everyTicks: 4 },
          { beyond: 9, everyTicks: 4 },
        ],
      }),
  ],
  ['INTEREST_WITHOUT_TICK', 'tiers without ticks', () => interestWith({ tiers: [{ beyond: 5, everyTicks: 2 }] }, 0)],
  ['INTEREST_BYTES', 'a budget of 1 kB', () => interestWith({ bytesPerSecond: 1_000 })],
  ['INTEREST_ROWS', 'half a row', () => interestWith({ rowsMax: 0.5 })],
  ['VALUE_CLASS_INVALID', 'an identity of 257 bits', () => new Identity(1n << 256n)],
  ['VALUE_CLASS_INVALID', 'an identity of few digits', () => Identity.fromString('c200')],
  [
    'CLOCK_MISSING',
    'the present in a world without clock',
    () => {
      const clock = Date.now;
      try {
        Date.now = js(undefined);
        return Timestamp.now();
      } finally {
        Date.now = clock;
      }
    },
  ],
  ['QUERY_INVALID', 'a condition that is none', () => makeTableQuery(js(sqlPlan.tables[0])).where(() => js(7))],
  ['SQL_TOO_LONG', '50001 characters', () => sql(`SELECT * FROM thing${' '.repeat(49_982)}`)],
  ['SQL_TOO_DEEP', '17 parentheses', () => sql(`SELECT * FROM thing WHERE ${'('.repeat(17)}id = 1${')'.repeat(17)}`)],
  ['SQL_SYNTAX', 'words in the wrong order', () => sql('FROM thing SELECT *')],
  ['SQL_TABLE_UNKNOWN', 'an unknown table', () => sql('SELECT * FROM things')],
  ['SQL_COLUMN_UNKNOWN', 'an unknown column', () => sql('SELECT * FROM thing WHERE name = 1')],
  ['SQL_TYPE', 'a number out of range', () => sql('SELECT * FROM thing WHERE id = 256')],
  ['SQL_NOT_COMPARABLE', 'a list', () => sql('SELECT * FROM thing WHERE list = 1')],
  ['SQL_JOIN', 'a join without saying whose rows', () => sql('SELECT * FROM thing JOIN other ON id = key')],
  ['SQL_WITHIN', 'a distance on a table without place', () => sql('SELECT * FROM thing WITHIN 5')],
];

test.each(MISTAKES)('%s: %s', (code, _title, run) => {
  expectMistake(code, run);
});

const placeOf = (make: (game: ReturnType<typeof spatialGame>) => Record<string, unknown>): string => {
  try {
    deriveWith(make);
  } catch (error) {
    return (error as TickbaseError).where;
  }
  throw new Error('all were exported');
};

test('a function that is not exported is told by its parameters and by the named ones beside it', () => {
  const move = { dx: t.f32(), dy: t.f32() };
  expect(
    placeOf((game) => {
      const enter = game.reducer(nothing);
      game.reducer(move, nothing);
      return { enter, leave: game.reducer(nothing) };
    }),
  ).toBe('reducer of dx, dy, made after enter, made before leave');
  expect(
    placeOf((game) => {
      game.reducer(move, nothing);
      return { enter: game.reducer(nothing) };
    }),
  ).toBe('reducer of dx, dy, made before enter');
  expect(placeOf((game) => ({ nobody: game.init(nothing) && 7 }))).toBe('init, number 1 of the functions');
});

test('every code of SCHEMA_CODES, QUERY_CODES and SQL_CODES is exercised, and stands in its table once', () => {
  const codes = [...SCHEMA_CODES, ...QUERY_CODES, ...SQL_CODES].map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  expect([...new Set(MISTAKES.map(([code]) => code))].toSorted()).toEqual([...codes].toSorted());
});
