import { Identity } from '@tickbase/schema/values';
import { PIECE_EVENTS, PIECE_SNAPSHOT, type PieceSink } from '@tickbase/protocol';
import { expect } from 'vitest';
import { ClientCache } from '../cache/client-cache.ts';
import type { RowChange } from '../cache/row-change.ts';
import { bindSchema } from '../module/bind-schema.ts';
import { BOAT_TABLE_ID, HARBOUR, harbourSchema, HORN_TABLE_ID, NOTE_TABLE_ID } from './harbour.ts';

/**
 * Runs a specification table over a client cache. Lines:
 *   session                          a session without a past
 *   tick 41 [refresh]                begins a section
 *   watch 11 part=3 [exact] [note|horn]   a partition of boats unless said otherwise
 *   piece 11 [snapshot|events]       begins a piece; enter, update, leave, missed belong to it
 *   enter 5 slot=9 id=70 x=2         name 5; notes have berth= and text=, horns loudness=
 *   update 5 x=3 [name=…]
 *   leave 5 to=12
 *   ends                             after the last piece, when something follows
 *   own slot=9 id=70 x=2.1
 *   unwatch 11
 *   sweep
 *   expect boat 70@2 71@3            what is cached after the section, by id and x; notes are berth@text
 *   events insert:70 update:70:2>3 delete:71 out:72
 */
export function specifyCache(script: string): void {
  const runner = new Runner();
  for (const line of script.split('\n')) {
    const [verb, ...words] = line.trim().split(/\s+/);
    if (verb !== undefined && verb !== '') runner.run(verb, words, line.trim());
  }
}

class Runner {
  readonly #bound = bindSchema(HARBOUR, harbourSchema());
  readonly #cache = new ClientCache(HARBOUR.tables);
  #piece: { handle: number; flags: number; steps: ((sink: PieceSink) => void)[] } | null = null;
  #changes: RowChange[] = [];
  #isOpen = false;

  constructor() {
    this.#cache.beginSession(this.#bound);
  }

  run(verb: string, words: readonly string[], line: string): void {
    const values = new Map(words.map((word) => [word.split('=')[0] as string, word.slice(word.indexOf('=') + 1)]));
    const number = (name: string): number => Number(values.get(name));
    const first = Number(words[0]);
    if (!['enter', 'update', 'leave', 'missed'].includes(verb)) this.#endPiece();
    switch (verb) {
      case 'session':
        this.#endSection();
        this.#cache.beginSession(this.#bound);
        return;
      case 'tick':
        this.#endSection();
        this.#cache.beginSection(first, words.includes('refresh'));
        this.#isOpen = true;
        return;
      case 'watch': {
        const tableId = words.includes('note') ? NOTE_TABLE_ID : words.includes('horn') ? HORN_TABLE_ID : BOAT_TABLE_ID;
        const isExact = words.includes('exact');
        this.#cache.watch({ handle: first, tableId, partitioning: number('part'), cell: null, isExact });
        return;
      }
      case 'piece': {
        const flags = words.includes('snapshot') ? PIECE_SNAPSHOT : words.includes('events') ? PIECE_EVENTS : 0;
        this.#piece = { handle: first, flags, steps: [] };
        return;
      }
      case 'enter':
        this.#step((sink) => sink.enter(first, number('slot'), this.#values(values)));
        return;
      case 'update': {
        const places = [values.has('x') ? 4 : -1, values.has('name') ? 5 : -1].filter((place) => place >= 0);
        this.#step((sink) => sink.update(first, Uint8Array.from(places), places.length, this.#values(values)));
        return;
      }
      case 'leave':
        this.#step((sink) => sink.leave(first, number('to')));
        return;
      case 'missed':
        this.#step((sink) => sink.missedEvents(first));
        return;
      case 'ends':
        this.#cache.endPieces();
        return;
      case 'own':
        this.#cache.ownRow(BOAT_TABLE_ID, number('slot'), this.#values(values));
        return;
      case 'unwatch':
        this.#cache.endPieces();
        this.#cache.unwatch(first);
        return;
      case 'sweep':
        this.#cache.sweepStale();
        return;
      case 'expect':
        this.#endSection();
        expect(this.#rows(words[0] as string), line).toEqual(words.slice(1).sort());
        return;
      case 'events':
        this.#endSection();
        expect(this.#changes.map(changeText), line).toEqual(words);
        return;
      default:
        throw new Error(`no such line: ${line}`);
    }
  }

  #step(step: (sink: PieceSink) => void): void {
    if (this.#piece === null) throw new Error('a row outside of a piece');
    this.#piece.steps.push(step);
  }

  #endPiece(): void {
    const piece = this.#piece;
    this.#piece = null;
    if (piece === null) return;
    const partition = this.#cache.partition(piece.handle);
    if (partition === undefined) throw new Error(`partition ${piece.handle} is not watched`);
    this.#cache.piece(partition, piece.flags, (sink) => piece.steps.forEach((step) => step(sink)));
  }

  #endSection(): void {
    if (!this.#isOpen) return;
    this.#cache.endPieces();
    this.#isOpen = false;
    this.#changes = this.#cache.endSection();
  }

  /** By place. */
  #values(values: ReadonlyMap<string, string>): unknown[] {
    if (values.has('loudness')) return [Number(values.get('loudness'))];
    if (values.has('berth')) return [Number(values.get('berth')), values.get('text')];
    const id = BigInt(values.get('id') ?? 0);
    return ['oak', id, new Identity(id + 1000n), 3, Number(values.get('x')), values.get('name') ?? 'Ada'];
  }

  #rows(accessor: string): string[] {
    const table = this.#cache.tables.get(accessor);
    if (table === undefined) throw new Error(`no table ${accessor}`);
    return Array.from(table.rows(), (row) =>
      accessor === 'note' ? `${row['berth']}@${row['text']}` : rowText(row),
    ).sort();
  }
}

function rowText(row: Readonly<Record<string, unknown>>): string {
  return `${row['id']}@${row['posX']}`;
}

function changeText(change: RowChange): string {
  if (change.kind === 'missed') return `missed:${change.count}`;
  const { row } = change;
  const id = row['id'] ?? row['berth'] ?? row['loudness'];
  if (change.kind === 'update') return `update:${id}:${change.before['posX']}>${row['posX']}`;
  if (change.kind === 'delete' && change.reason === 'outOfView') return `out:${id}`;
  return `${change.kind}:${id}`;
}
