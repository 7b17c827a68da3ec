/**
 * The page of the benchmark `cache`: a cache of items and a list of lines, in a browser. It counts the milliseconds that each message takes from
 * its arrival until it is applied and its callbacks are through, and how often each component renders.
 */
import { TickbaseProvider, useTable, useTickbase } from '@tickbase/client/react';
import { createElement, memo, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { DbConnection, type Line, tables } from '../modules/cache/module_bindings/index.ts';

/** What the benchmark reads and calls from outside. */
export interface CachePage {
  /** Of every message so far: its bytes, and how long it took. */
  readonly messages: { readonly byteCount: number; readonly ms: number }[];
  readonly renders: { list: number; rows: number };
  readonly counts: { items: number; lines: number };
  connection: DbConnection | null;
}

const page: CachePage = {
  messages: [],
  renders: { list: 0, rows: 0 },
  counts: { items: 0, lines: 0 },
  connection: null,
};
Object.assign(globalThis, { cachePage: page });

const builder = DbConnection.builder()
  .withUri(location.origin)
  .withDatabaseName('cache')
  .withConfirmedReads(false)
  .withWSFn((url, protocol) => timedSocket(new WebSocket(url, protocol)))
  .onConnect((connection) => {
    page.connection = connection;
    connection
      .subscriptionBuilder()
      .onApplied(() => (page.counts.items = Number(connection.db.item.count())))
      .subscribe(tables.item);
  });

function timedSocket(socket: WebSocket): WebSocket {
  const listen = socket.addEventListener.bind(socket) as (
    type: string,
    listener: (event: MessageEvent) => void,
  ) => void;
  const timed = (type: string, listener: (event: MessageEvent) => void): void => {
    if (type !== 'message') {
      listen(type, listener);
      return;
    }
    listen(type, (event) => {
      const startMs = performance.now();
      listener(event);
      page.messages.push({ byteCount: (event.data as ArrayBuffer).byteLength, ms: performance.now() - startMs });
    });
  };
  return Object.assign(socket, { addEventListener: timed });
}

const Row = memo(function Row({ line }: { line: Line }) {
  page.renders.rows++;
  return createElement('li', null, `${line.text}: ${line.votes}`);
});

function List(): ReactNode {
  const [lines, isReady] = useTable(tables.line);
  page.renders.list++;
  if (isReady) page.counts.lines = lines.length;
  return createElement(
    'ul',
    null,
    lines.map((line) => createElement(Row, { key: line.id, line })),
  );
}

function State(): ReactNode {
  return createElement('h1', null, useTickbase().state);
}

createRoot(document.body).render(
  createElement(TickbaseProvider, { connectionBuilder: builder }, createElement(State), createElement(List)),
);
