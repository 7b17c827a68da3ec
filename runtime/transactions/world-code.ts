import type { ColumnPlan, IndexPlan, Plan, ReducerPlan, TablePlan, TypePlan } from '@tickbase/schema/plan';
import { STATE_GATHERING, STATE_OPEN } from '../store/index.ts';
import { editMembersText, editSlotsText, membersText, orderedText, slotsText, turnText } from './iterator-text.ts';
import { mayBeMissing } from './may-be-missing.ts';
import { updateText } from './update-text.ts';

/**
 * JavaScript text of a plan's WorldCode: an expression without free names. Names of the plan go in as checked identifiers, quoted. What
 * is not plain (wide numbers, encoded values, anything refused) is left to the functions of `rowKit`.
 */
export function worldCode(plan: Plan): string {
  return `(() => {
const I64_MIN = ${-(1n << 63n)}n; // here a minus would make another big integer at each look
return {
tables: [${plan.tables.map(tableText).join(',\n')}],
arguments: [${plan.reducers.map(argumentsText).join(',\n')}],
};
})()`;
}

function tableText(table: TablePlan): string {
  const { columns } = table;
  const quoted = columns.map(({ accessor }) => JSON.stringify(accessor));
  return `(session, table, kit) => {
  const { undo } = session;
  const { position } = table;
  const key = table.keyIndex;
  const derivedBits = kit.derivedBits(table);
  const [${columns.map((_, i) => `c${i}`).join(', ')}] = table.columns;
  const [${table.indexes.map((_, i) => `i${i}`).join(', ')}] = table.indexes;
  const read = (s) => {
    const row = { ${columns.map((column, i) => `${quoted[i]}: ${loadText(column.type, `c${i}`)}`).join(', ')} };
    return session.reads === null ? row : session.reads.trace(row, table, s);
  };
  ${farText(table)}
  const gather = (row) => {
    if (typeof row !== 'object' || row === null) kit.refuseRow(table, row);
    const p = table.rowCapacity;
    const { state } = undo;
    undo.state = ${STATE_GATHERING};
    undo.bumpEpoch();
    let isHeld = true;
    ${columns.map((_, i) => `let v${i};`).join(' ')}
    let keys = 0;
    try {
      for (const key in row) keys++;
      ${columns.map((column, i) => gatherText(table, column, i)).join('\n      ')}
    } finally {
      undo.state = state;
    }
    if (keys !== ${givenText(table)}) kit.checkNames(table, row);
    if (table.longColumns.length > 0) kit.checkRowBytes(table, p, -1);
    ${heldText(table)}
  };
  // Small calls: the compiler takes an author's loop and all that it calls of this apart as one, as long as the whole is short.
  const checked = (t, s) => kit.checkView(session, table, t, s);
  const goesOn = (t) => kit.checkIterator(session, table, t);
  ${columns.map((_, i) => `const assign${i} = (s, v) => kit.assign(session, table, c${i}, s, v);`).join(' ')}
  ${viewText(table, 'View')}
  ${viewText(table, 'SweepView')}
  ${turnText('Turn', 'View')}
  ${turnText('SweepTurn', 'SweepView')}
  ${membersText('ReadMembers', 'read(s)')}
  ${editMembersText('EditMembers', 'SweepTurn')}
  ${slotsText('ReadSlots', 'readFar(s)')}
  ${editSlotsText('EditSlots', 'Turn')}
  ${orderedColumns(table)
    .map((c) => orderedRowsText(table, c))
    .join('\n  ')}
  ${table.indexes.map((index, i) => `const findSlot${i} = ${finderText(table, index, i)};`).join('\n  ')}
  return {
    read,
    gather,
    update: ${updateText(table)},
    findSlot: [${table.indexes.map((_, i) => `findSlot${i}`).join(', ')}],
    findRow: [${table.indexes.map((index, i) => rowFinderText(table, index, i)).join(', ')}],
    view: (s) => new View(s, undo.transaction, undo.epoch),
    readMembers: () => new ReadMembers(),
    viewMembers: kit.apart(() => { kit.sweepTable(table); return new EditMembers(); }),
    readSlots: (l) => new ReadSlots(l),
    viewSlots: kit.apart((l) => { kit.sweep(table, l.length); return new EditSlots(l); }),
    readOrdered: [${table.indexes.map((index) => orderedReaderText(table, index)).join(', ')}],
  };
}`;
}

/**
 * The class of writable views of rows: slot, transaction, and the epoch in which it was last seen that the view may be used. There are two of a kind, one for
 * `edit()` over the whole table and one for all else, so that what the compiler has seen of the one does not burden the loops of the other.
 */
function viewText(table: TablePlan, name: string): string {
  return `class ${name} {
    #s; #t; #e;
    constructor(s, t, e) { this.#s = s; this.#t = t; this.#e = e; }
    ${table.columns.map((column, i) => accessorText(table, column, i)).join('\n    ')}
  }
  kit.finishView(table, ${name});`;
}

/** As `read`, for rows here and there in memory: a key that its index knows is not looked up in its column. */
function farText(table: TablePlan): string {
  if (wordIndexOf(table) === -1) return 'const readFar = read;';
  return `const readFar = (s) => (session.reads === null ? ${farRowText(table, -1)} : read(s));`;
}

/** A row of slot `s` far away; the value of column `known` is `k`. */
function farRowText(table: TablePlan, known: number): string {
  const word = wordIndexOf(table);
  const key = word === -1 ? -1 : table.indexes[word]!.columns[0]!;
  const cells = table.columns.map(({ accessor, type }, i) => {
    const near = i === known ? 'k' : i === key ? `i${word}.wordAt(s)` : null;
    return `${JSON.stringify(accessor)}: ${near ?? loadText(type, `c${i}`)}`;
  });
  return `{ ${cells.join(', ')} }`;
}

function wordIndexOf(table: TablePlan): number {
  return table.indexes.findIndex((index) => isWordIndex(table, index));
}

/** First columns of btrees whose `orderNumber` is the value itself, each once. */
function orderedColumns(table: TablePlan): number[] {
  return [...new Set(table.indexes.filter((index) => isNumberTree(table, index)).map(({ columns }) => columns[0]!))];
}

function isNumberTree({ columns }: TablePlan, { algorithm, columns: key }: IndexPlan): boolean {
  return algorithm === 'btree' && NUMBER_KINDS.has(columns[key[0]!]!.type.kind);
}

const NUMBER_KINDS: ReadonlySet<string> = new Set('u8 u16 u32 i8 i16 i32 f32 f64'.split(' '));

function orderedRowsText(table: TablePlan, column: number): string {
  const row = `session.reads === null ? ${farRowText(table, column)} : read(s)`;
  return orderedText(`ReadOrdered${column}`, row, loadText(table.columns[column]!.type, `c${column}`));
}

function orderedReaderText(table: TablePlan, index: IndexPlan): string {
  return isNumberTree(table, index) ? `(l, k, x) => new ReadOrdered${index.columns[0]}(l, k, x)` : 'null';
}

/** A unique hash index on one u32. */
function isWordIndex({ columns }: TablePlan, { isUnique, algorithm, columns: key }: IndexPlan): boolean {
  return isUnique && algorithm === 'hash' && key.length === 1 && columns[key[0]!]!.type.kind === 'u32';
}

/** From the key of a unique index, as a module gives it, to the row or null; null: by the slot. The column of the key, far away in memory, is left alone. */
function rowFinderText(table: TablePlan, index: IndexPlan, position: number): string {
  if (isIdentityIndex(table, index)) return senderRowText(table, index, position);
  if (!isWordIndex(table, index)) return 'null';
  const cells = table.columns.map(({ accessor, type }, i) => {
    return `${JSON.stringify(accessor)}: ${i === index.columns[0] ? 'key >>> 0' : loadText(type, `c${i}`)}`;
  });
  return `(key) => {
      const s = findSlot${position}(key);
      if (s === -1) return null;
      return session.reads === null ? { ${cells.join(', ')} } : read(s);
    }`;
}

/** An index on one identity: whoever looks up the caller's own row gets it with the identity that he gave, which is immutable. */
function senderRowText(table: TablePlan, index: IndexPlan, position: number): string {
  const cells = table.columns.map(({ accessor, type }, i) => {
    return `${JSON.stringify(accessor)}: ${i === index.columns[0] ? 'key' : loadText(type, `c${i}`)}`;
  });
  return `(key) => {
      const s = findSlot${position}(key);
      if (s === -1) return null;
      const { sender } = session;
      if (session.reads !== null || sender === null || key !== sender.identity) return read(s);
      return { ${cells.join(', ')} };
    }`;
}

/** A unique index on one identity. */
function isIdentityIndex({ columns }: TablePlan, { isUnique, columns: key }: IndexPlan): boolean {
  return isUnique && key.length === 1 && columns[key[0]!]!.type.kind === 'identity';
}

/** From the key of a unique index, as a module gives it, to a slot or -1; null: IndexReader does it. */
function finderText(table: TablePlan, index: IndexPlan, position: number): string {
  const key = index.columns;
  if (isIdentityIndex(table, index)) {
    return `(key) => {
      if (undo.state !== ${STATE_OPEN}) session.checkRead(table);
      session.gatherIdentity(c${key[0]}, table.probe, key);
      const s = i${position}.findFirst(table.probe);
      if (session.reads !== null) session.noteRead(table, s);
      return s;
    }`;
  }
  if (!isWordIndex(table, index)) return 'null';
  return `(key) => {
      if (undo.state !== ${STATE_OPEN}) session.checkRead(table);
      if (typeof key !== 'number' || key >>> 0 !== key) kit.writeValue(c${key[0]}, table.probe, key);
      const s = i${position}.findWord(key >>> 0);
      if (session.reads !== null) session.noteRead(table, s);
      return s;
    }`;
}

/** How many properties the row has when all of them are columns: one for each that was not left out. */
function givenText({ columns }: TablePlan): string {
  const optional = [...columns.keys()].filter((i) => mayBeMissing(columns[i]!));
  const required = String(columns.length - optional.length);
  return [required, ...optional.map((i) => `(v${i} === undefined ? 0 : 1)`)].join(' + ');
}

function gatherText(table: TablePlan, column: ColumnPlan, position: number): string {
  const value = `row[${JSON.stringify(column.accessor)}]`;
  const slow = `kit.gatherColumn(table, c${position}, row, v${position})`;
  const fit = fitText(column.type, `v${position}`, traitsOf(table, position));
  const store =
    fit === null
      ? slow
      : `if (${fit}) ${storeText(table, column.type, position, 'p', `v${position}`)}; else { isHeld = false; ${slow}; }`;
  const held = column.type.kind === 'string' ? ` isHeld &&= typeof v${position} === 'string';` : '';
  return `v${position} = ${value}; ${store};${held}`;
}

/** The row as it will be held, made of what was given: no look at the columns, no bigint made anew. null: read it when it is written. */
function heldText({ columns }: TablePlan): string {
  if (!columns.every(({ type }) => HELD_KINDS.has(type.kind))) return 'return null;';
  const cells = columns.map(({ accessor, type }, i) => {
    const isFloat = type.kind === 'f32' || type.kind === 'f64';
    return `${JSON.stringify(accessor)}: ${isFloat ? `c${i}.data[p]` : `v${i}`}`;
  });
  return `return isHeld ? { ${cells.join(', ')} } : null;`;
}

/** Kinds of which a column holds just what it was given, or (floats) what the probe shows. */
const HELD_KINDS: ReadonlySet<string> = new Set('bool u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 string'.split(' '));

/** A column that the transaction has saved whole takes a value that fits without more ado (see WholeColumns of the store). */
function accessorText(table: TablePlan, column: ColumnPlan, position: number): string {
  const name = JSON.stringify(column.accessor);
  const traits = traitsOf(table, position);
  const live = `const s = this.#s; if (this.#e !== undo.epoch) this.#e = checked(this.#t, s);`;
  const assign = `assign${position}(s, v);`;
  const fit = traits.isKey ? null : fitText(column.type, 'v', traits);
  const isQuick = `c${position}.quickEpoch === this.#e`;
  const set =
    fit === null
      ? assign
      : `if (${isQuick} && ${fit}) ${storeText(table, column.type, position, 's', 'v')}; else ${assign}`;
  return `get ${name}() { ${live} return ${loadText(column.type, `c${position}`)}; }
    set ${name}(v) { ${live} ${set} }`;
}

function argumentsText(reducer: ReducerPlan): string {
  const fields = reducer.params.map(({ accessor, type }, i) => {
    const isDirect = DIRECT_KINDS.has(type.kind);
    return `${JSON.stringify(accessor)}: ${isDirect ? `reader.${type.kind}()` : `codecs[${i}].decode(reader)`}`;
  });
  return `(codecs) => (reader) => ({ ${fields.join(', ')} })`;
}

/** Kinds that a ByteReader reads by a method of the same name, as the positional encoding has them. */
const DIRECT_KINDS: ReadonlySet<string> = new Set('u8 u16 u32 u64 i8 i16 i32 i64 f32 f64'.split(' '));

/** The array of a column whose elements are the values themselves; null: there is none. */
function arrayOf(type: TypePlan): string | null {
  switch (type.kind) {
    case 'u8':
      return 'bytes';
    case 'u16':
      return 'halves';
    case 'u32':
      return 'words';
    case 'u64':
      return 'quads';
    case 'i8':
    case 'i16':
    case 'i32':
    case 'i64':
    case 'f32':
    case 'f64':
      return 'data';
    case 'string':
      return 'strings';
    default:
      return null;
  }
}

/** The value of slot `s`. */
function loadText(type: TypePlan, column: string): string {
  if (type.kind === 'bool') return `${column}.bytes[s] === 1`;
  const array = arrayOf(type);
  return array === null ? `kit.readValue(${column}, s)` : `${column}.${array}[s]`;
}

interface Traits {
  readonly isKey: boolean;
  /** Of a coordinate: up to here on either side it is surely within the grid. */
  readonly reach: number | null;
}

/** A condition under which `v` may be stored as it is; null: writeValue is to look at it. */
function fitText(type: TypePlan, v: string, { isKey, reach }: Traits): string | null {
  const number = `typeof ${v} === 'number' && `;
  switch (type.kind) {
    case 'bool':
      return `typeof ${v} === 'boolean'`;
    case 'u8':
      return `${number}(${v} & 0xff) === ${v}`;
    case 'u16':
      return `${number}(${v} & 0xffff) === ${v}`;
    case 'u32':
      return `${number}${v} >>> 0 === ${v}`;
    case 'i8':
      return `${number}(${v} << 24) >> 24 === ${v}`;
    case 'i16':
      return `${number}(${v} << 16) >> 16 === ${v}`;
    case 'i32':
      return `${number}(${v} | 0) === ${v}`;
    case 'f32':
    case 'f64':
      if (reach !== null) return `${number}${v} >= ${-reach} && ${v} <= ${reach}`;
      if (type.kind === 'f32') return `${number}${v} >= -${F32_MAX} && ${v} <= ${F32_MAX}`;
      return isKey ? `${number}${v} - ${v} === 0` : `typeof ${v} === 'number'`;
    case 'u64':
      return `typeof ${v} === 'bigint' && ${v} >= 0n && ${v} <= ${(1n << 64n) - 1n}n`;
    case 'i64':
      return `typeof ${v} === 'bigint' && ${v} >= I64_MIN && ${v} <= ${(1n << 63n) - 1n}n`;
    default:
      return null;
  }
}

const F32_MAX = '3.4028234663852886e38';
/** Half of what the grid has numbers for: what lies beyond is looked at by the store. */
const REACH_CELLS = 2 ** 30;

function storeText(table: TablePlan, type: TypePlan, position: number, slot: string, v: string): string {
  if (type.kind === 'bool') return `c${position}.bytes[${slot}] = ${v} ? 1 : 0`;
  const isFloat = type.kind === 'f32' || type.kind === 'f64';
  // -0 becomes 0 in a key: equal keys have equal bits.
  const value = isFloat && traitsOf(table, position).isKey ? `${v} + 0` : v;
  return `c${position}.${arrayOf(type)}[${slot}] = ${value}`;
}

function traitsOf(table: TablePlan, position: number): Traits {
  const { spatial } = table;
  return {
    isKey:
      table.primaryKey?.includes(position) === true || table.indexes.some((index) => index.columns.includes(position)),
    reach:
      spatial?.kind === 'position' && (spatial.x === position || spatial.y === position)
        ? Math.min(spatial.cell * REACH_CELLS, 3e38)
        : null,
  };
}
