import { type Bound, Range } from '@tickbase/schema/values';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TableDefinition } from '../module/table-definition.ts';
import type { CachedRow } from './cached-row.ts';
import { CachedTable } from './cached-table.ts';
import { HashIndex } from './hash-index.ts';
import { OrderedIndex } from './ordered-index.ts';
import type { Row } from './row.ts';

const DEFINITION: TableDefinition = {
  name: 'crate',
  accessor: 'crate',
  isEvent: false,
  columns: [
    { name: 'id', accessor: 'id', type: { kind: 'u32' } },
    { name: 'dock', accessor: 'dock', type: { kind: 'u8' } },
    { name: 'label', accessor: 'label', type: { kind: 'string' } },
    { name: 'weight', accessor: 'weight', type: { kind: 'f64' } },
  ],
  primaryKey: ['id'],
  indexes: [
    { accessor: 'byDock', algorithm: 'btree', columns: ['dock'], isUnique: false },
    { accessor: 'byPlace', algorithm: 'btree', columns: ['dock', 'label', 'weight'], isUnique: false },
    { accessor: 'id', algorithm: 'btree', columns: ['id'], isUnique: true },
    { accessor: 'byLabel', algorithm: 'hash', columns: ['label'], isUnique: false },
    { accessor: 'byBoth', algorithm: 'hash', columns: ['label', 'dock'], isUnique: false },
  ],
};

const dock = fc.integer({ min: 3, max: 9 });
const label = fc.constantFrom('', 'a', 'ab', 'b', 'ß', '\u{1F980}', '\uE000');
const weight = fc.constantFrom(-3.5, -0, 0, 1, 2.25, Number.POSITIVE_INFINITY, Number.NaN);
const bound = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(
    fc.constant({ tag: 'unbounded' } as const),
    value.map((v) => ({ tag: 'included', value: v }) as const),
    value.map((v) => ({ tag: 'excluded', value: v }) as const),
  );
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('put' as const), id: fc.integer({ min: 7, max: 60 }), dock, label, weight }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('drop' as const), id: fc.integer({ min: 7, max: 60 }) }) },
);

test('indexes give what a scan over all rows gives, in the order of their columns', () => {
  let rangeCount = 0;
  let hitCount = 0;
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 20, maxLength: 200 }),
      fc.array(
        fc.record({
          dock,
          label,
          from: bound(dock),
          to: bound(dock),
          fromLabel: bound(label),
          toWeight: bound(weight),
        }),
        {
          minLength: 1,
          maxLength: 8,
        },
      ),
      (steps, questions) => {
        const table = new CachedTable(DEFINITION);
        const model = new Map<number, CachedRow>();
        const asksBetween = table.indexes.get('byLabel') as HashIndex;
        for (const [serial, given] of steps.entries()) {
          apply(table, model, serial + 1, given);
          // What was asked before a change is asked again after it.
          const { label: wanted } = questions[(serial >> 1) % questions.length]!;
          const found = asksBetween.filter(wanted);
          const there = Array.from(model.values(), (entry) => entry.row as Row).filter(
            (row) => row['label'] === wanted,
          );
          if (found.length !== there.length || !there.every((row) => found.includes(row))) {
            expect(found).toEqual(there);
          }
        }
        const rows = Array.from(model.values())
          .sort((a, b) => a.serial - b.serial)
          .map((entry) => entry.row as Row);
        const byDock = table.indexes.get('byDock') as OrderedIndex;
        const unique = table.indexes.get('id') as OrderedIndex;
        const byPlace = table.indexes.get('byPlace') as OrderedIndex;
        const byLabel = table.indexes.get('byLabel') as HashIndex;
        const byBoth = table.indexes.get('byBoth') as HashIndex;
        for (const asked of questions) {
          const range = new Range(asked.from, asked.to);
          const got = byDock.select([], range);
          expect(got).toEqual(
            rows
              .filter((row) => isWithin(row['dock'], range))
              .sort((a, b) => (a['dock'] as number) - (b['dock'] as number)),
          );
          rangeCount++;
          hitCount += got.length;
          const ids = new Range(plus(asked.from), plus(asked.to));
          const byId = rows.filter((row) => isWithin(row['id'], ids));
          const ordered = byId.sort((a, b) => (a['id'] as number) - (b['id'] as number));
          expect(unique.select([], ids)).toEqual(ordered);
          for (const row of ordered) expect(unique.find([row['id']])).toBe(row);
          expect(unique.find([asked.dock])).toBe(model.get(asked.dock)?.row ?? null);
          const isHere = (row: Row): boolean => row['dock'] === asked.dock;
          expect(new Set(byPlace.select([asked.dock], null))).toEqual(new Set(rows.filter(isHere)));
          const labels = new Range(asked.fromLabel);
          expect(new Set(byPlace.select([asked.dock], labels))).toEqual(
            new Set(rows.filter((row) => isHere(row) && isWithin(utf8(row['label']), utf8Range(labels)))),
          );
          const weights = new Range(undefined, asked.toWeight);
          expect(new Set(byPlace.select([asked.dock, asked.label], weights))).toEqual(
            new Set(
              rows.filter(
                (row) => isHere(row) && row['label'] === asked.label && isWithinNumbers(row['weight'], weights),
              ),
            ),
          );
          expect(new Set(byLabel.filter(asked.label))).toEqual(
            new Set(rows.filter((row) => row['label'] === asked.label)),
          );
          expect(new Set(byBoth.filter([asked.label, asked.dock]))).toEqual(
            new Set(rows.filter((row) => isHere(row) && row['label'] === asked.label)),
          );
        }
      },
    ),
    { numRuns: 150 },
  );
  expect(rangeCount).toBeGreaterThan(0);
  expect(hitCount).toBeGreaterThan(0);
});

test('an ordered index of many chunks keeps its order through inserts and removals', () => {
  const table = new CachedTable(DEFINITION);
  const index = table.indexes.get('byDock') as OrderedIndex;
  const model = new Map<number, CachedRow>();
  for (let i = 0; i < 4000; i++) apply(table, model, i + 1, put((i * 7919) % 4001, (i * 31) % 200));
  for (let i = 0; i < 4001; i += 3) apply(table, model, 9000 + i, { do: 'drop', id: i });
  const docks = index.select([], null).map((row) => row['dock'] as number);
  expect(docks).toHaveLength(model.size);
  expect(docks).toEqual([...docks].sort((a, b) => a - b));
});

type Step = { do: 'put'; id: number; dock: number; label: string; weight: number } | { do: 'drop'; id: number };

function put(id: number, dockNumber: number): Step {
  return { do: 'put', id, dock: dockNumber, label: 'a', weight: 1 };
}

function apply(table: CachedTable, model: Map<number, CachedRow>, serial: number, given: Step): void {
  const known = model.get(given.id);
  if (given.do === 'drop') {
    if (known !== undefined) table.remove(known);
    model.delete(given.id);
    return;
  }
  const row: Row = { id: given.id, dock: given.dock, label: given.label, weight: given.weight };
  if (known !== undefined) {
    table.replace(known, row);
    return;
  }
  const entry: CachedRow = {
    slot: given.id + 100,
    serial,
    row,
    residences: [],
    exactCount: 0,
    hasOwnExact: false,
    isDeleted: false,
    isStale: false,
    changedIn: 0,
    changeCount: 0,
  };
  table.add(entry);
  model.set(given.id, entry);
}

/** Bounds of docks as bounds of ids, which reach further. */
function plus(bounds: Bound<number>): Bound<number> {
  return bounds.tag === 'unbounded' ? bounds : { tag: bounds.tag, value: bounds.value * 6 };
}

function isWithin(value: unknown, range: Range<number> | Range<string>): boolean {
  const v = value as number;
  const { from, to } = range as Range<number>;
  const isFrom = from.tag === 'unbounded' || v > from.value || (v === from.value && from.tag === 'included');
  return isFrom && (to.tag === 'unbounded' || v < to.value || (v === to.value && to.tag === 'included'));
}

/** NaN is after every number and equal to itself; -0 equals 0. */
function isWithinNumbers(value: unknown, range: Range<number>): boolean {
  const { from, to } = range;
  return isWithin(
    rank(value),
    new Range(
      from.tag === 'unbounded' ? from : { tag: from.tag, value: rank(from.value) },
      to.tag === 'unbounded' ? to : { tag: to.tag, value: rank(to.value) },
    ),
  );
}

function rank(value: unknown): number {
  if (Number.isNaN(value)) return 1e300;
  return value === Number.POSITIVE_INFINITY ? 1e299 : (value as number);
}

/** Text whose order by UTF-16 units is that of the original's UTF-8 bytes. */
function utf8(value: unknown): string {
  return Array.from(new TextEncoder().encode(value as string), (byte) => String.fromCharCode(byte)).join('');
}

function utf8Range(range: Range<string>): Range<string> {
  const { from, to } = range;
  return new Range(
    from.tag === 'unbounded' ? from : { tag: from.tag, value: utf8(from.value) },
    to.tag === 'unbounded' ? to : { tag: to.tag, value: utf8(to.value) },
  );
}
