import type { ErrorCode } from './error-code.ts';

export const STORE_CODES = [
  {
    code: 'STORE_COORDINATE',
    what: 'A coordinate of a spatial table is NaN, infinite, or too far out for the grid.',
    mend: 'Keep positions finite and within 2^31 cells of the origin.',
  },
  {
    code: 'VALUE_NAN_KEY',
    what: 'NaN was to become part of a key or an index.',
    mend: 'Store a number.',
  },
  {
    code: 'VALUE_TOO_LONG',
    what: 'A string or an encoded value is longer than a column holds.',
    mend: 'Shorten it, split it over rows, or keep it outside of the database.',
  },
  {
    code: 'STORE_MISSING_VALUE',
    what: 'A row lacks a column that has no default.',
    mend: 'Give the column a value, or a default in the schema.',
  },
  {
    code: 'STORE_UNKNOWN_COLUMN',
    what: 'A row, an assignment to a row view or a look-up by index named a column that the table has not.',
    mend: 'Correct the name; the error says which column is nearest. Take out of a row what belongs to another table.',
  },
  {
    code: 'STORE_NO_INDEX',
    what: 'A look-up named a column that has no index.',
    mend: 'Give the column an index in the schema, or go over the rows with iter.',
  },
  {
    code: 'STORE_UNIQUE_VIOLATION',
    what: 'Another row has the same primary key or the same unique value.',
    mend: 'Look for the row with find first, or use upsert.',
  },
  {
    code: 'STORE_NO_SUCH_ROW',
    what: 'update or edit was given a key that no row has.',
    mend: 'Look for the row with find first, or insert it.',
  },
  {
    code: 'STORE_KEY_FIXED',
    what: 'A row view was to change a column of the primary key.',
    mend: 'Delete the row and insert it under its new key.',
  },
  {
    code: 'STORE_BAD_KEY',
    what: 'An index was asked with too many or too few values, or with a range that it cannot answer.',
    mend: 'Give the columns of the index from the left; a Range only as the last one, and only to a btree index.',
  },
  {
    code: 'STORE_BAD_COLUMN',
    what: 'columns.edit was given something else than numeric columns without an index.',
    mend: 'Name numeric columns without an index; change others by edit or update.',
  },
  {
    code: 'STORE_DIRECT_KEY',
    what: 'A direct index was given a key too large for an array.',
    mend: 'Use small dense numbers, or a hash index.',
  },
  {
    code: 'STORE_SEQUENCE_EXHAUSTED',
    what: 'An auto-increment column has given every number of its type, or 2^53 - 1 of them: for types of 64 bits and more that is 285 years of a million rows a second.',
    mend: 'Take a wider column type, or give keys of your own.',
  },
  {
    code: 'STORE_TABLE_FULL',
    what: 'A table has no slot left for another row.',
    mend: 'Delete rows, or split the table.',
  },
  {
    code: 'STORE_STALE_VIEW',
    what: 'A row view or an iterator was used after its transaction, or after its row was deleted.',
    mend: 'Look the row up again in each transaction.',
  },
  {
    code: 'STORE_NO_TRANSACTION',
    what: 'The database was used outside of a reducer, system or hook.',
    mend: 'Use ctx.db only while the function that got it runs; no promises, no callbacks.',
  },
  {
    code: 'STORE_READ_ONLY',
    what: 'A function that may only read tried to write.',
    mend: 'Write in a reducer or a system; the interest function reads.',
  },
  {
    code: 'STORE_BUSY',
    what: 'A row object ran database code while its columns were being read, or a table was written while a function had its columns in hand.',
    mend: 'Pass plain values: no accessors that use ctx.db. Insert and delete after columns.edit.',
  },
  {
    code: 'STORE_TORN',
    what: 'An earlier error cut a write of this transaction in half (as a stack overflow does), and the module went on.',
    mend: 'Let such errors pass: the transaction can only end.',
  },
] as const satisfies readonly ErrorCode[];
