import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { makeTables } from '../query/make-tables.ts';
import { FakeEnvironment } from '../testing/fake-environment.ts';
import { HARBOUR } from '../testing/harbour.ts';
import { type Boat, harbourBuilder } from '../testing/open-harbour.ts';
import { TickbaseProvider, useRow, useTable, useTickbase } from './index.ts';

const { boat } = makeTables<{ boat: Boat }>(HARBOUR.tables);

function Boats(): string {
  const [rows, isReady] = useTable(boat);
  const [name] = useRow(boat, { select: (row) => row?.name ?? 'no name' });
  return `${rows.length} boats, ${isReady}, ${name}, ${useTickbase().state}`;
}

test('on a server there are no rows, and nothing is connected', () => {
  const environment = new FakeEnvironment();
  const connectionBuilder = harbourBuilder().withUri('ws://h').withDatabaseName('harbour').withEnvironment(environment);
  const text = renderToString(createElement(TickbaseProvider, { connectionBuilder }, createElement(Boats)));
  expect(text).toBe('0 boats, false, no name, connecting');
  expect(environment.sockets).toEqual([]);
});

test('a hook without a provider says what is missing', () => {
  expect(() => renderToString(createElement(Boats))).toThrow(/PROVIDER_MISSING/);
});
