import { storageKindOf, type TablePlan } from '@tickbase/schema/plan';
import { STATE_OPEN } from '../store/index.ts';

/**
 * JavaScript text of a table's `update`, for worldCode: gathers a row, finds the slot of its primary key, and compares the other columns where
 * they lie. When nothing is derived from those that changed, they are written here, each after its note for undo; all else is the store's.
 * 'null': the table has no primary key.
 */
export function updateText({ columns, primaryKey }: TablePlan): string {
  if (primaryKey === null) return 'null';
  if (columns.length > COLUMNS_MAX) {
    return `(row) => {
    session.checkWrite(table);
    const held = gather(row);
    const s = key.findFirst(table.rowCapacity);
    if (s === -1) kit.refuseMissing(table);
    table.updateFromProbe(s);
    return held === null ? read(s) : held;
  }`;
  }
  // A row that is found by its key has the same key.
  const others = columns.map((_, i) => i).filter((i) => !primaryKey.includes(i));
  const words = others.map((i) => WORDS_OF[storageKindOf(columns[i]!.type)] ?? 0);
  return `(row) => {
    session.checkWrite(table);
    const held = gather(row);
    const p = table.rowCapacity;
    const s = key.findFirst(p);
    if (s === -1) kit.refuseMissing(table);
    let bits = 0;
    ${others.map((i, n) => compareText(i, words[n]!)).join('\n    ')}
    if (bits !== 0) {
      if ((bits & derivedBits) !== 0) table.updateFromProbe(s);
      else {
        table.beginPlain(s, bits);
        ${others.map((i, n) => writeText(i, words[n]!)).join('\n        ')}
        undo.state = ${STATE_OPEN};
      }
    }
    return held === null ? read(s) : held;
  }`;
}

/** Bits of a number that stays a small integer. */
const COLUMNS_MAX = 30;

/** Columns of one or two 32-bit words a slot; the store compares and writes all others. */
const WORDS_OF: Partial<Record<ReturnType<typeof storageKindOf>, number>> = {
  u32: 1,
  i32: 1,
  f32: 1,
  i64: 2,
  u64: 2,
  f64: 2,
};

function compareText(column: number, words: number): string {
  const bit = 1 << column;
  if (words === 0) return `if (!c${column}.isEqual(s, p)) bits |= ${bit};`;
  const w = `w${column}`;
  const load = `const ${w} = c${column}.words;`;
  if (words === 1) return `${load} if (${w}[s] !== ${w}[p]) bits |= ${bit};`;
  return `${load} if (${w}[2 * s] !== ${w}[2 * p] || ${w}[2 * s + 1] !== ${w}[2 * p + 1]) bits |= ${bit};`;
}

function writeText(column: number, words: number): string {
  const isChanged = `if ((bits & ${1 << column}) !== 0)`;
  const w = `w${column}`;
  if (words === 0) return `${isChanged} table.writePlain(c${column}, s);`;
  if (words === 1) return `${isChanged} { undo.saveWords(position, c${column}, s, ${w}[s], 0); ${w}[s] = ${w}[p]; }`;
  return `${isChanged} {
          undo.saveWords(position, c${column}, s, ${w}[2 * s], ${w}[2 * s + 1]);
          ${w}[2 * s] = ${w}[2 * p];
          ${w}[2 * s + 1] = ${w}[2 * p + 1];
        }`;
}
