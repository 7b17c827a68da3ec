import type { ErrorCode } from './error-code.ts';

export const SCHEMA_CODES = [
  // The module as a whole.
  {
    code: 'MODULE_WITHOUT_SCHEMA',
    what: 'the module has no schema as its default export',
    mend: 'write `const game = schema({ … }); export default game;` in src/index.ts',
  },
  {
    code: 'SCHEMA_OPTION_UNKNOWN',
    what: 'an option is not known',
    mend: 'check its spelling; the message lists the options that there are',
  },
  {
    code: 'SCHEMA_OPTION_INVALID',
    what: 'an option has a value of the wrong kind',
    mend: 'give the kind of value that the message names',
  },
  {
    code: 'TICK_RATE_INVALID',
    what: 'tickRate is no number of ticks a second from 0 to 240',
    mend: 'leave it out (0: every call at once) or give a number from 1 to 240',
  },
  // Names.
  {
    code: 'NAME_INVALID',
    what: 'a name is not an identifier',
    mend: 'use letters, digits and underscores, with a letter first, 63 characters at most',
  },
  {
    code: 'NAME_RESERVED',
    what: 'a name means something else in generated C++, C#, Unreal or TypeScript code, or in Tickbase itself',
    mend: 'choose another name',
  },
  {
    code: 'NAME_TAKEN',
    what: 'two things have one name, perhaps only after it is written in snake case',
    mend: 'rename one of them, or give it a name of its own with the `name` option',
  },
  {
    code: 'ACCESSOR_TAKEN',
    what: 'two indexes of one table have the same accessor',
    mend: 'give one of them another `accessor`, or drop the index that a key or a unique column has anyway',
  },
  {
    code: 'RENAMED_FROM_TAKEN',
    what: 'an old name given to renamedFrom is a name of today, or two things claim it',
    mend: 'drop that renamedFrom: what is called so today keeps what the database has under the name',
  },
  {
    code: 'REMOVED_INVALID',
    what: 'an entry of `removed` is no `table` or `table.column`, or names something that the schema has',
    mend: "name only what was taken out of the schema, such as 'purse' or 'purse.gold'",
  },
  // Tables and columns.
  {
    code: 'TABLE_INVALID',
    what: 'something that is no table was given as one',
    mend: 'make it with table({ … }, { … })',
  },
  {
    code: 'TABLE_TWICE',
    what: 'one table stands in the schema under two names',
    mend: 'call table(…) once for each',
  },
  { code: 'TABLE_EMPTY', what: 'a table has no columns', mend: 'give it at least one column' },
  {
    code: 'TABLE_TOO_WIDE',
    what: 'a table has more than 64 columns',
    mend: 'move columns that change together into a table of their own, or group them with t.object',
  },
  { code: 'TABLES_TOO_MANY', what: 'a schema has more than 65535 tables', mend: 'join tables of one shape' },
  {
    code: 'COLUMN_INVALID',
    what: 'something that is no column type was given as one',
    mend: 'use t.u64(), t.string() and the like; the parentheses are needed',
  },
  {
    code: 'COLUMN_UNKNOWN',
    what: 'a column is named that the table does not have',
    mend: 'check its spelling: it is the name in the table’s shape',
  },
  {
    code: 'TYPE_TOO_DEEP',
    what: 'a type is nested more than 16 deep',
    mend: 'put the inner part into a table of its own',
  },
  {
    code: 'ENUM_SIZE',
    what: 'an enum has no variant or more than 256',
    mend: 'give it 1 to 256 variants',
  },
  {
    code: 'ENUM_NUMBERS_USED_UP',
    what: 'an enum has no number left for a new variant: 256 were given in this database, those of removed variants included',
    mend: 'bring removed variants back under their names, or put the enum into a column of a new name',
  },
  {
    code: 'OPTION_NESTED',
    what: 'an option holds an option, and an empty value cannot tell which of the two it is',
    mend: 'use one option, or an enum with a variant for each case',
  },
  // Keys and indexes.
  {
    code: 'PRIMARY_KEY_TWICE',
    what: 'a table has two primary keys',
    mend: 'mark one column, or use constraints: [{ constraint: "primaryKey", columns: […] }] for a key of several',
  },
  {
    code: 'KEY_TYPE',
    what: 'a key or unique column has a type that cannot be one',
    mend: 'use an integer, bool, string, identity, connection id, uuid, timestamp, duration or an enum without payload',
  },
  {
    code: 'KEY_COLUMNS',
    what: 'a key, constraint or index names no column, or one of them twice',
    mend: 'list each of its columns once',
  },
  {
    code: 'INDEX_TYPE',
    what: 'an index is on a column whose type it cannot hold',
    mend: 'index a key type; a float takes a btree only',
  },
  {
    code: 'INDEX_ALGORITHM',
    what: 'an index has an algorithm that is not known',
    mend: 'use btree (ranges and prefixes), hash (whole keys) or direct (small dense integers)',
  },
  {
    code: 'INDEX_DIRECT_TYPE',
    what: 'a direct index is on something other than one column of u8, u16, u32, u64 or an enum without payload',
    mend: 'use a hash or btree index',
  },
  {
    code: 'AUTO_INC_TYPE',
    what: 'autoInc is on a column that is no integer',
    mend: 'use t.u64() or another integer type',
  },
  {
    code: 'AUTO_INC_DEFAULT',
    what: 'a column has both autoInc and a default',
    mend: 'drop the default: an inserted 0 is replaced by the next number',
  },
  {
    code: 'DEFAULT_KEYED',
    what: 'a primary key or unique column has a default, which two rows would share',
    mend: 'drop the default',
  },
  {
    code: 'DEFAULT_INVALID',
    what: 'a default does not fit the type of its column',
    mend: 'give a value of that type; from 64 bits on integers are bigints (5n)',
  },
  {
    code: 'REFERENCES_KEY',
    what: 'a column references a table that is not in the schema or has no primary key of one column',
    mend: 'reference a table of this schema with a .primaryKey() column',
  },
  {
    code: 'REFERENCES_TYPE',
    what: 'a column has another type than the primary key that it references',
    mend: 'give both the same type',
  },
  // Streams, disk, visibility.
  { code: 'QUANTIZE_TYPE', what: 'quantize or angle is on a column that is no float', mend: 'use t.f32() or t.f64()' },
  {
    code: 'QUANTIZE_KEYED',
    what: 'a quantized column is a key or has an index',
    mend: 'drop the index or the quantization: what is looked up has to be exact',
  },
  {
    code: 'QUANTIZE_STEP',
    what: 'a quantize step is not a finite number above 0',
    mend: 'give the smallest difference that matters, such as 0.01',
  },
  {
    code: 'QUANTIZE_RANGE',
    what: 'a quantize range is no range: one end is missing, they are not finite or not in order, or it has over 2^32 steps',
    mend: 'give min and max, min below max, or neither; widen the step',
  },
  {
    code: 'QUANTIZE_DEFAULT',
    what: 'a quantize range cannot hold the column’s default',
    mend: 'widen the range or change the default',
  },
  { code: 'ANGLE_BITS', what: 'angle bits are no whole number from 1 to 16', mend: 'use 8 for about 1.4 degrees' },
  {
    code: 'PERSIST_INVALID',
    what: 'persist is not "commit", "snapshot" or "never", or contradicts the table',
    mend: 'give one of the three; event tables, keys and columns of "never" tables take none of their own',
  },
  {
    code: 'SPATIAL_POSITION_TYPE',
    what: 'x or y of a spatial table is not a float column',
    mend: 'use t.f32() or t.f64() for both',
  },
  {
    code: 'SPATIAL_SPACE_TYPE',
    what: 'the space of a spatial table is not a column of u8, u16 or u32',
    mend: 'number the spaces with t.u16()',
  },
  {
    code: 'SPATIAL_CELL',
    what: 'the cell of a spatial table is not a finite number above 0',
    mend: 'give the edge of a cell in world units, such as 32',
  },
  {
    code: 'SPATIAL_INVALID',
    what: 'spatial is neither a position nor a column that follows',
    mend: 'write { x, y, cell } with an optional space, or { follows }',
  },
  {
    code: 'FOLLOWS_REFERENCE',
    what: 'a column that follows has no .references(…)',
    mend: 'add .references(() => body) to it',
  },
  {
    code: 'FOLLOWS_INDEX',
    what: 'a column that follows has no index of its own',
    mend: 'make it the primary key, unique, or add .index("hash")',
  },
  {
    code: 'FOLLOWS_POSITION',
    what: 'a table follows one that has no position of its own or whose rows do not last',
    mend: 'follow a table with spatial: { x, y, cell } that is no event table',
  },
  {
    code: 'VISIBLE_TO_TYPE',
    what: 'visibleTo names a column that is no identity, or compares columns of different types',
    mend: 'name a column of t.identity(), or columns of one type: integers, texts, ids, times or plain enums',
  },
  {
    code: 'VISIBLE_TO_TABLE',
    what: 'visibleTo looks something up in what is no table of this schema, or in an event table',
    mend: 'give through: () => member, a table that schema(…) has, too',
  },
  {
    code: 'VISIBLE_TO_INDEX',
    what: 'visibleTo looks up rows by a column that has no index of its own',
    mend: 'add .index() to the column',
  },
  {
    code: 'HIDDEN_COLUMN',
    what: 'a column that clients need to know rows by, or to place them, is hidden, or a public table has no other columns',
    mend: 'take .hidden() off the column; to hide whole rows use visibleTo, to hide a table leave out public: true',
  },
  {
    code: 'OWN_COLUMN',
    what: 'columns for the owner alone are in a table without a primary key, in an event or a private table, or name several owners, or one that is no identity',
    mend: 'give all of them .visibleTo() with the same column of t.identity(), in a public table with a primary key',
  },
  // Functions.
  {
    code: 'FUNCTION_INVALID',
    what: 'a reducer, hook, system or interest has no function',
    mend: 'give a plain function as the last argument',
  },
  {
    code: 'FUNCTION_ASYNC',
    what: 'a reducer, hook, system or interest is an async or generator function',
    mend: 'remove `async` or `*`: module code runs to its end within one transaction',
  },
  {
    code: 'FUNCTION_NOT_EXPORTED',
    what: 'a reducer, hook, system or interest is not exported, so it has no name',
    mend: 'write `export const NAME = …` for it in the module’s entry file, or export it again from there',
  },
  {
    code: 'FUNCTION_EXPORTED_TWICE',
    what: 'a reducer, hook or system is exported under two names',
    mend: 'export it once',
  },
  {
    code: 'FUNCTION_FOREIGN',
    what: 'a reducer, hook or system was made by another schema than the default export',
    mend: 'call schema(…) once for a module',
  },
  { code: 'HOOK_TWICE', what: 'a module has two hooks of one kind, or two interests', mend: 'keep one' },
  {
    code: 'SCHEDULE_KEY',
    what: 'a schedule table has no primary key of type u64 with autoInc',
    mend: 'give it a column t.u64().primaryKey().autoInc()',
  },
  {
    code: 'SCHEDULE_COLUMN',
    what: 'a schedule table has not exactly one column of type scheduleAt',
    mend: 'give it one column t.scheduleAt()',
  },
  {
    code: 'SCHEDULE_REDUCER',
    what: 'a schedule does not name a reducer of this module that takes the row as its one parameter',
    mend: 'write game.reducer({ onSchedule: timer }, { arg: timer.rowType }, (ctx, { arg }) => …) and export it',
  },
  { code: 'SCHEDULE_EVENT', what: 'an event table has a schedule', mend: 'drop `event`: a timer’s row has to last' },
  {
    code: 'SYSTEM_EVERY_TICKS',
    what: 'everyTicks is no whole number from 1 to 2^31 - 1',
    mend: 'give 1 for every tick, 2 for every second one',
  },
  {
    code: 'SYSTEM_WITHOUT_TICK',
    what: 'a module with tickRate 0 has a system, which would never run',
    mend: 'give schema(…) a tickRate, or use a schedule table',
  },
  {
    code: 'INTEREST_WITHOUT_SPATIAL',
    what: 'a module has an interest but no spatial table',
    mend: 'give a table spatial: { x, y, cell }, or drop the interest',
  },
  {
    code: 'INTEREST_RADIUS',
    what: 'radiusMax of an interest is not a finite number above 0',
    mend: 'give it in world units, such as 96',
  },
  {
    code: 'INTEREST_TIERS',
    what: 'tiers of an interest are no list of { beyond, everyTicks } with both growing, or everyTicks is not 2, 4, 8, 16 or 32',
    mend: 'give them nearest first, such as [{ beyond: 48, everyTicks: 2 }, { beyond: 80, everyTicks: 4 }]',
  },
  {
    code: 'INTEREST_WITHOUT_TICK',
    what: 'a module with tickRate 0 has tiers in its interest: there are no ticks to leave out',
    mend: 'give schema(…) a tickRate, or drop the tiers',
  },
  {
    code: 'INTEREST_BYTES',
    what: 'bytesPerSecond of an interest is not a finite number from 2048 on',
    mend: 'give what one client may be sent in a second, such as 131072',
  },
  {
    code: 'INTEREST_ROWS',
    what: 'rowsMax of an interest is no whole number from 1 on',
    mend: 'give the number of rows that a client is to show at most, or drop it',
  },
] as const satisfies readonly ErrorCode[];
