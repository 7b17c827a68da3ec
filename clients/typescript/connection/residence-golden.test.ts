import { readFileSync } from 'node:fs';
import { decodeServerMessage, type WireSchema } from '@tickbase/protocol';
import { expect, test } from 'vitest';
import type { RowChange } from '../cache/row-change.ts';
import type { Row } from '../cache/row.ts';
import type { RemoteModule } from '../module/remote-module.ts';
import { FakeEnvironment } from '../testing/fake-environment.ts';
import { ConnectionCore } from './connection-core.ts';

/** WIRE.md, "Golden vectors": the expectations were written by hand, beside the specification. */
interface GoldenCase {
  readonly name: string;
  readonly querySets: readonly number[];
  readonly steps: readonly {
    readonly hex: string;
    readonly rows: Readonly<Record<string, readonly unknown[]>>;
    readonly changes: readonly unknown[];
  }[];
}

const file = new URL('../../../protocol/golden/residence.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: readonly GoldenCase[] };

test.each(cases)('the cache follows the golden sequence: $name', ({ querySets, steps }) => {
  const environment = new FakeEnvironment();
  let changes: RowChange[] = [];
  const core = new ConnectionCore(
    {
      module: moduleOf(schemaOf(bytesOf(steps[0]!.hex))),
      url: 'ws://127.0.0.1:3000/v1/database/harbour/subscribe',
      token: '',
      tokenSource: null,
      isConfirmed: true,
      bytesPerSecond: 0,
      reconnects: true,
      persists: false,
      meter: null,
      environment,
    },
    {
      stateChanged() {},
      connected() {},
      connectFailed: (error) => expect.fail(error.message),
      disconnected: (error) => expect.fail(error?.message ?? 'disconnected'),
      applied: (section) => void changes.push(...section.changes),
    },
  );
  for (const id of querySets) {
    const queries = ['SELECT * FROM boat'];
    expect(core.subscribe({ queries, onApplied() {}, onError() {}, onEnded: null }).id).toBe(id);
  }
  core.open();
  steps.forEach(({ hex, ...expected }, i) => {
    const bytes = bytesOf(hex);
    if (hasWelcome(bytes)) beginLink(environment, i === 0);
    changes = [];
    environment.socket.receive(bytes);
    environment.settle();
    expect(environment.reported).toEqual([]);
    const tables = Array.from(core.cache.tables, ([name, table]) => [name, sorted(Array.from(table.rows(), rowJson))]);
    const rows = Object.entries(expected.rows).map(([name, some]) => [name, sorted(some)]);
    expect(Object.fromEntries(tables), `rows after step ${i}`).toEqual(Object.fromEntries(rows));
    expect(sorted(changes.map(changeJson)), `changes of step ${i}`).toEqual(sorted(expected.changes));
  });
});

function beginLink(environment: FakeEnvironment, isFirst: boolean): void {
  if (!isFirst) {
    environment.socket.lost();
    environment.advance(1000);
  }
  environment.socket.opened();
  environment.settle();
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g)!, (pair) => Number.parseInt(pair, 16));
}

function hasWelcome(bytes: Uint8Array): boolean {
  let has = false;
  decodeServerMessage(bytes, ({ welcome }) => (has ||= welcome !== null));
  return has;
}

function schemaOf(bytes: Uint8Array): WireSchema {
  let schema: WireSchema | null = null;
  decodeServerMessage(bytes, ({ welcome }) => (schema = welcome?.schema ?? null));
  return schema!;
}

/** Generated code that knows all of the schema, each thing by its name. */
function moduleOf(schema: WireSchema): RemoteModule {
  const tables = schema.tables.map(({ name, isEvent, columns, primaryKey }) => ({
    name,
    accessor: name,
    isEvent,
    columns: columns.map((column) => ({ name: column.name, accessor: column.name, type: column.type })),
    primaryKey: primaryKey?.map((place) => columns[place]!.name) ?? null,
    indexes: [],
  }));
  return { tables, reducers: [] };
}

function rowJson(row: Row): unknown[] {
  return Object.values(row).map((value) => (typeof value === 'bigint' ? String(value) : value));
}

function changeJson(change: RowChange): unknown {
  const { kind: what } = change;
  const table = change.table.definition.name;
  if (what === 'missed') return { what, table, count: change.count };
  const row = rowJson(change.row);
  if (what === 'update') return { what, table, before: rowJson(change.before), row };
  return what === 'delete' ? { what, table, row, reason: change.reason } : { what, table, row };
}

/** In an order of their own, without the order of fields. */
function sorted(items: readonly unknown[]): unknown[] {
  return [...items].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}

function textOf(item: unknown): string {
  return JSON.stringify(Array.isArray(item) ? item : Object.entries(item as object).sort());
}
