import * as fc from 'fast-check';
import { compilePredicate } from '@tickbase/schema/query';
import { Identity } from '@tickbase/schema/values';
import { afterAll, expect, test } from 'vitest';
import { ARE_ALL_RUN, runsOf } from '../../../test/support/runs-of.ts';
import type { Row } from '../cache/row.ts';
import { makeTables } from '../query/make-tables.ts';
import { HARBOUR } from '../testing/harbour.ts';
import type { Boat } from '../testing/open-harbour.ts';
import type { AnyConnection } from './any-connection.ts';
import { QueryRegistry } from './query-registry.ts';

const { boat } = makeTables<{ boat: Boat }>(HARBOUR.tables);
const ME = new Identity(3n);

/** Of every shape: no condition, equalities on columns with and without an index, ranges, lists of both, negations. */
const QUERIES = [
  boat,
  boat.where((row) => row.id.eq(2n)),
  boat.where((row) => row.captain.eq(ME)),
  boat.where((row) => row.kind.eq(1)),
  boat.where((row) => row.posX.eq(2)),
  boat.where((row) => row.posX.eq(2).and(row.kind.eq(1))),
  boat.where((row) => row.name.eq('b').and(row.kind.gt(0))),
  boat.where((row) => row.kind.eq(1).or(row.name.eq('a'))),
  boat.where((row) => row.kind.lt(2).not()),
  boat.where((row) => row.posX.gte(1).and(row.posX.lt(3))),
];

const row = fc.record({
  id: fc.bigInt(0n, 6n),
  captain: fc.bigInt(2n, 4n).map((id) => new Identity(id)),
  kind: fc.integer({ min: 0, max: 2 }),
  posX: fc.integer({ min: 0, max: 3 }),
  name: fc.constantFrom('a', 'b'),
});
const act = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('put' as const), row }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), id: fc.bigInt(0n, 6n) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('end' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('watch' as const), query: fc.nat(QUERIES.length - 1) }) },
);

/** A cache of boats that tells of its changes as a connection does: all of a step after the step. */
class Harbour {
  readonly boats = new Map<bigint, Row>();
  readonly #listeners: ((kind: 'insert' | 'update' | 'delete', row: Row, after: Row) => void)[] = [];
  readonly #steps: (() => void)[] = [];
  #before = new Map<bigint, Row>();

  readonly connection = {
    identity: ME,
    db: {
      boat: {
        iter: () => this.boats.values(),
        id: { find: (id: bigint) => this.boats.get(id) ?? null },
        captain: {
          find: (captain: Identity) => this.#by((boat) => captain.isEqual(boat['captain'] as Identity))[0] ?? null,
        },
        kind: { filter: (kind: number) => this.#by((boat) => boat['kind'] === kind) },
        $count: { filter: (name: string) => this.#by((boat) => boat['name'] === name) },
        onInsert: (callback: (context: null, row: Row) => void) => this.#on('insert', callback),
        onUpdate: (callback: (context: null, row: Row, after: Row) => void) => this.#on('update', callback),
        onDelete: (callback: (context: null, row: Row, reason: 'deleted') => void) =>
          this.#on('delete', (context, gone) => callback(context, gone, 'deleted')),
      },
    },
    onTransaction: (callback: () => void) => void this.#steps.push(callback),
    subscriptionBuilder: () => builder,
  } as unknown as AnyConnection;

  /** `midway`: what a callback does in the midst of the step. */
  endStep(midway: () => void): void {
    for (const [id, before] of this.#before) {
      const after = this.boats.get(id);
      if (after === undefined) this.#tell('delete', before, before);
      else if (after !== before) this.#tell('update', before, after);
    }
    midway();
    for (const [id, after] of this.boats) if (!this.#before.has(id)) this.#tell('insert', after, after);
    for (const step of this.#steps) step();
    this.#before = new Map(this.boats);
  }

  #by(test: (boat: Row) => boolean): Row[] {
    return [...this.boats.values()].filter(test);
  }

  #on(kind: string, callback: (context: null, row: Row, after: Row) => void): void {
    this.#listeners.push((told, before, after) => told === kind && callback(null, before, after));
  }

  #tell(kind: 'insert' | 'update' | 'delete', before: Row, after: Row): void {
    for (const listener of this.#listeners) listener(kind, before, after);
  }
}

const builder = { onApplied: () => builder, onError: () => builder, subscribe: () => ({ isEnded: () => true }) };

const covered = { inserts: 0, updates: 0, deletes: 0, crossings: 0, lateWatches: 0 };
afterAll(() => process.stdout.write(`queries over changes: ${JSON.stringify(covered)}\n`));

test('after every step a query has the rows that its condition picks, and its callbacks have told of the difference', () => {
  fc.assert(
    fc.property(fc.array(act, { minLength: 30, maxLength: 60 }), (acts) => {
      const harbour = new Harbour();
      const registry = new QueryRegistry();
      registry.attach(harbour.connection);
      const watched = new Map<number, Set<Row>>();
      const late: number[] = [];
      const watch = (place: number): void => {
        if (watched.has(place)) return;
        covered.lateWatches += Number(harbour.boats.size > 0);
        const query = QUERIES[place]!;
        const told = new Set<Row>();
        registry.watch(query as never, query.toSql(), {
          notify: () => {},
          callbacks: {
            onInsert: (inserted) => {
              expect(told.has(inserted)).toBe(false);
              told.add(inserted);
              covered.inserts++;
            },
            onUpdate: (before, after) => {
              expect(told.delete(before)).toBe(true);
              told.add(after);
              covered.updates++;
            },
            onDelete: (gone, reason) => {
              expect(told.delete(gone)).toBe(true);
              covered.deletes++;
              if (reason === 'outOfView') covered.crossings++;
            },
          },
        });
        for (const there of registry.snapshotOf(query.toSql())[0]) told.add(there);
        watched.set(place, told);
      };
      watch(0);
      watch(4);
      for (const step of [...acts, { kind: 'end' as const }]) {
        if (step.kind === 'put') harbour.boats.set(step.row.id, Object.freeze({ ...step.row }));
        else if (step.kind === 'drop') harbour.boats.delete(step.id);
        else if (step.kind === 'watch') late.push(step.query);
        else {
          harbour.endStep(() => late.splice(0).forEach(watch));
          for (const [place, told] of watched) {
            const { query, table } = QUERIES[place]!;
            const test = query.where === null ? () => true : compilePredicate(query.where, table, ME);
            const expected = [...harbour.boats.values()].filter(test);
            const [rows] = registry.snapshotOf(QUERIES[place]!.toSql());
            expect(new Set(rows)).toEqual(new Set(expected));
            expect(rows.length).toBe(expected.length);
            expect(told).toEqual(new Set(expected));
          }
        }
      }
    }),
    { numRuns: runsOf(100) },
  );
  if (ARE_ALL_RUN) for (const [what, count] of Object.entries(covered)) expect(count, what).toBeGreaterThan(0);
});
