import { sqlError } from './sql-error.ts';
import { SQL_KEYWORDS, type SqlToken } from './sql-token.ts';

/** Sticky, tried in this order; the first that matches is the token. */
const SHAPES: readonly (readonly [kind: SqlToken['kind'], shape: RegExp])[] = [
  ['hex', /0[xX][0-9a-fA-F]*/y],
  ['number', /-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ['parameter', /:[A-Za-z_]+/y],
  ['name', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['symbol', /<>|<=|>=|!=|[=<>().*,;]/y],
  ['text', /'(?:[^']|'')*'/y],
  ['name', /"(?:[^"]|"")*"/y],
];

/** The words of a query, ended by one of kind 'end'. The caller bounds the length. Throws SQL_SYNTAX. */
export function tokenizeSql(text: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && isSpace(text.charCodeAt(at))) at++;
    if (at === text.length) break;
    const token = tokenAt(text, at);
    tokens.push(token.token);
    at = token.end;
    const previous = token.token.kind;
    if ((previous === 'number' || previous === 'hex') && /[A-Za-z0-9_.]/.test(text.charAt(at))) {
      throw sqlError('SQL_SYNTAX', text, token.token.at, 'a number runs into what follows it');
    }
  }
  tokens.push({ kind: 'end', text: '', at });
  return tokens;
}

function tokenAt(text: string, at: number): { token: SqlToken; end: number } {
  for (const [kind, shape] of SHAPES) {
    shape.lastIndex = at;
    const match = shape.exec(text);
    if (match === null) continue;
    const [raw] = match;
    return { token: cook(kind, raw, at), end: at + raw.length };
  }
  const isOpen = text[at] === "'" || text[at] === '"';
  throw sqlError('SQL_SYNTAX', text, at, isOpen ? 'a quote is never closed' : 'this sign means nothing in a query');
}

function cook(kind: SqlToken['kind'], raw: string, at: number): SqlToken {
  if (kind === 'text') return { kind, text: raw.slice(1, -1).replaceAll("''", "'"), at };
  if (kind !== 'name') return { kind, text: raw, at };
  if (raw.startsWith('"')) return { kind, text: raw.slice(1, -1).replaceAll('""', '"'), at };
  const upper = raw.toUpperCase();
  return SQL_KEYWORDS.has(upper) ? { kind: 'keyword', text: upper, at } : { kind, text: raw, at };
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
}
