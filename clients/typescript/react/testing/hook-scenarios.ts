/* oxlint-disable unicorn/consistent-function-scoping -- a component stands in the scenario that shows it */
import {
  act,
  Activity,
  Component,
  createElement,
  memo,
  type ReactNode,
  startTransition,
  StrictMode,
  Suspense,
  use,
  useState,
} from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { makeTables } from '../../query/make-tables.ts';
import type { ReducerDefinition } from '../../module/reducer-definition.ts';
import { FakeEnvironment } from '../../testing/fake-environment.ts';
import { BOAT_TABLE_ID, HARBOUR, harbourSchema, HORN_TABLE_ID } from '../../testing/harbour.ts';
import { type Boat, codeOf, harbourBuilder, type HarbourConnection } from '../../testing/open-harbour.ts';
import { pieceOf } from '../../testing/piece-of.ts';
import { ScriptedServer, type SectionScript } from '../../testing/scripted-server.ts';
import { Identity } from '@tickbase/schema/values';
import { TickbaseProvider, useReducer, useRow, useTable, useTickbase } from '../index.ts';

const tables = makeTables<{ boat: Boat; horn: { loudness: number } }>(HARBOUR.tables);
const renameBoat: ReducerDefinition<{ boatId: bigint; name: string }> = HARBOUR.reducers[0];
const [, BOAT, , HORN] = harbourSchema().tables;
const WATCH = { handle: 11, tableId: BOAT_TABLE_ID, partitioning: 3, cell: null, isExact: true };

/** What a boat of the server's looks like; its name in the partition and its slot are its id. */
type BoatRow = { readonly id: number; readonly kind?: number; readonly x?: number; readonly name?: string };

/** A page in StrictMode whose connection leads to a scripted server. */
class Page {
  readonly environment = new FakeEnvironment();
  readonly server = new ScriptedServer(this.environment, harbourSchema());
  readonly story: string[] = [];
  readonly element = document.createElement('div');
  readonly builder = harbourBuilder()
    .withUri('http://127.0.0.1:3000')
    .withDatabaseName('harbour')
    .withEnvironment(this.environment);
  root: Root | null = null;

  async show(children: ReactNode): Promise<void> {
    this.root ??= createRoot(this.element);
    await act(() => this.root!.render(createElement(StrictMode, null, this.provide(children))));
  }

  provide(children: ReactNode): ReactNode {
    return createElement(TickbaseProvider, { connectionBuilder: this.builder }, children);
  }

  /** The handshake, and what the client asks for after it. */
  async accept(): Promise<string[]> {
    await act(() => void this.server.accept());
    return this.asked();
  }

  /** What the client has asked for since the last look. */
  asked(): string[] {
    return this.server.readItems().flatMap((item) => {
      if (item.kind === 'subscribe') return [`${item.querySetId}: ${item.queries.join('; ')}`];
      return item.kind === 'unsubscribe' ? [`end ${item.querySetId}`] : [item.kind];
    });
  }

  async send(...sections: SectionScript[]): Promise<void> {
    await act(() => this.server.send(...sections));
  }

  /** What ends in a turn of its own has ended. */
  async turn(): Promise<void> {
    await act(() => new Promise((resolve) => void setTimeout(resolve, 0)));
  }

  takeStory(): string[] {
    return this.story.splice(0);
  }

  get text(): string {
    return this.element.textContent;
  }
}

function boats(...rows: BoatRow[]): Uint8Array {
  const enters = rows.map(({ id, kind = 3, x = 0, name = 'Ada' }) => ({
    name: id,
    slot: id,
    row: { hull: 'oak', id: BigInt(id), captain: new Identity(BigInt(id) + 1000n), kind, pos_x: x, name },
  }));
  return pieceOf({ watch: WATCH, table: BOAT!, flags: 1, enters });
}

function moved(...rows: { readonly id: number; readonly row: Record<string, unknown> }[]): SectionScript {
  return {
    pieces: [pieceOf({ watch: WATCH, table: BOAT!, updates: rows.map(({ id, row }) => ({ name: id, row })) })],
  };
}

function left(...ids: number[]): SectionScript {
  return { pieces: [pieceOf({ watch: WATCH, table: BOAT!, leaves: ids.map((name) => ({ name, to: 0 })) })] };
}

function equal(actual: unknown, expected: unknown): void {
  const [a, b] = [actual, expected].map((value) => JSON.stringify(value));
  if (a !== b) throw new Error(`${a} instead of ${b}`);
}

function isTrue(actual: boolean, what: string): void {
  if (!actual) throw new Error(`not true: ${what}`);
}

const named = (rows: readonly Boat[]): string => rows.map(({ id, name }) => `${id} ${name}`).join(', ');

/** Runs in a browser. Each title says what holds; a scenario that does not hold throws. */
export const hookScenarios: Record<string, () => Promise<void>> = {
  async 'rows come when they are applied, in one render, and StrictMode subscribes once'() {
    const page = new Page();
    const List = (): string => {
      const [rows, isReady] = useTable(tables.boat);
      page.story.push(`${named(rows)} ${isReady}`);
      return `${named(rows)} ${isReady}`;
    };
    await page.show(createElement(List));
    equal(page.text, ' false');
    equal(page.environment.sockets.length, 1);
    equal(await page.accept(), ['1: SELECT * FROM boat']);
    page.takeStory();
    await page.send({ watches: [WATCH], pieces: [boats({ id: 5 }, { id: 2, name: 'Bo' })], applied: [1] });
    equal(page.text, '2 Bo, 5 Ada true');
    // StrictMode renders twice, and once more for nobody.
    equal([...new Set(page.takeStory())], ['2 Bo, 5 Ada true']);
    equal(page.asked(), []);
  },

  async 'a component renders again only when a row of its query has changed'() {
    const page = new Page();
    const Kind = ({ kind }: { kind: number }): string => {
      const [rows] = useTable(tables.boat.where((row) => row.kind.eq(kind)));
      page.story.push(`kind ${kind}`);
      return `[${named(rows)}]`;
    };
    await page.show([createElement(Kind, { key: 3, kind: 3 }), createElement(Kind, { key: 4, kind: 4 })]);
    await page.accept();
    await page.send({
      watches: [WATCH],
      pieces: [boats({ id: 1 }, { id: 2, kind: 4, name: 'Bo' })],
      applied: [1, 2],
    });
    equal(page.text, '[1 Ada][2 Bo]');
    page.takeStory();
    await page.send(moved({ id: 2, row: { name: 'Cy' } }));
    equal(page.text, '[1 Ada][2 Cy]');
    equal([...new Set(page.takeStory())], ['kind 4']);
    await page.send({});
    equal(page.takeStory(), []);
  },

  async 'of a list of rows the one that changed renders, the others keep their objects'() {
    const page = new Page();
    const seen: (readonly Boat[])[] = [];
    const One = memo(function One({ boat }: { boat: Boat }) {
      page.story.push(`row ${boat.id}`);
      return boat.name;
    });
    const List = (): ReactNode => {
      const [rows] = useTable(tables.boat);
      seen.push(rows);
      return rows.map((boat) => createElement(One, { key: String(boat.id), boat }));
    };
    await page.show(createElement(List));
    await page.accept();
    const ids = [4, 1, 9, 7, 3];
    await page.send({ watches: [WATCH], pieces: [boats(...ids.map((id) => ({ id })))], applied: [1] });
    const before = seen.at(-1)!;
    page.takeStory();
    await page.send(moved({ id: 7, row: { name: 'Bo' } }));
    const after = seen.at(-1)!;
    equal([...new Set(page.takeStory())], ['row 7']);
    isTrue(before !== after, 'the array is another one');
    const others = (rows: readonly Boat[]): Boat[] => rows.filter(({ id }) => id !== 7n);
    isTrue(
      others(after).every((row, place) => row === others(before)[place]),
      'other rows are the same objects in the same order',
    );
    await page.send(left(1));
    equal(named(seen.at(-1)!), '3 Ada, 4 Ada, 7 Bo, 9 Ada');
    equal(page.takeStory(), []);
  },

  async 'a row that changes sides is a delete in one query, an insert in the other, and an update of the table'() {
    const page = new Page();
    const told = (who: string): Record<string, (...rows: never[]) => void> => ({
      onInsert: (row: Boat) => void page.story.push(`${who} + ${row.id}`),
      onUpdate: (before: Boat, after: Boat) => void page.story.push(`${who} ${before.kind}>${after.kind}`),
      onDelete: (row: Boat, reason: string) => void page.story.push(`${who} - ${row.id} ${reason}`),
    });
    const Watcher = (): string => {
      useTable(
        tables.boat.where((row) => row.kind.eq(3)),
        told('third'),
      );
      useTable(
        tables.boat.where((row) => row.kind.gt(3)),
        told('above'),
      );
      useTable(tables.boat, told('every'));
      return '';
    };
    await page.show(createElement(Watcher));
    await page.accept();
    await page.send({ watches: [WATCH], pieces: [boats({ id: 1 })], applied: [1, 2, 3] });
    equal(page.takeStory().toSorted(), ['every + 1', 'third + 1']);
    await page.send(moved({ id: 1, row: { kind: 7 } }));
    equal(page.takeStory().toSorted(), ['above + 1', 'every 3>7', 'third - 1 outOfView']);
    await page.send(left(1));
    equal(page.takeStory().toSorted(), ['above - 1 deleted', 'every - 1 deleted']);
  },

  async 'what useRow selects decides whether the component renders'() {
    const page = new Page();
    const Name = ({ id }: { id: bigint }): string => {
      const [name, isReady] = useRow(
        tables.boat.where((row) => row.id.eq(id)),
        { select: nameOf },
      );
      page.story.push(`${id}`);
      return `${name} ${isReady}; `;
    };
    await page.show([createElement(Name, { key: 1, id: 1n }), createElement(Name, { key: 2, id: 2n })]);
    equal(page.text, 'nobody false; nobody false; ');
    await page.accept();
    await page.send({ watches: [WATCH], pieces: [boats({ id: 1 })], applied: [1, 2] });
    equal(page.text, 'Ada true; nobody true; ');
    page.takeStory();
    await page.send(moved({ id: 1, row: { pos_x: 8 } }));
    equal(page.takeStory(), []);
    await page.send(moved({ id: 1, row: { name: 'Bo' } }));
    equal(page.text, 'Bo true; nobody true; ');
    equal([...new Set(page.takeStory())], ['1']);
  },

  async 'a selection that is equal keeps its object'() {
    const page = new Page();
    const seen: unknown[] = [];
    const kindsOf = (rows: readonly Boat[]): number[] => [...new Set(rows.map(({ kind }) => kind))];
    const isSame = (a: number[], b: number[]): boolean => a.join() === b.join();
    const Kinds = (): string => {
      // A new function in each render: nothing is asked anew but the selection.
      const [kinds] = useTable(tables.boat, { select: (rows) => kindsOf(rows), isEqual: isSame });
      seen.push(kinds);
      return kinds.join();
    };
    await page.show(createElement(Kinds));
    await page.accept();
    await page.send({ watches: [WATCH], pieces: [boats({ id: 1 })], applied: [1] });
    const [count, last] = [seen.length, seen.at(-1)];
    await page.send(moved({ id: 1, row: { name: 'Bo' } }));
    equal(seen.length, count);
    await page.show(createElement(Kinds));
    isTrue(seen.at(-1) === last, 'the selection is the same array');
  },

  async 'a query that is not enabled asks for nothing and has no rows'() {
    const page = new Page();
    const List = ({ enabled }: { enabled: boolean }): string => {
      const [rows, isReady] = useTable(tables.boat, { enabled });
      return `${rows.length} ${isReady}`;
    };
    await page.show(createElement(List, { enabled: false }));
    equal(await page.accept(), []);
    await page.show(createElement(List, { enabled: true }));
    equal(page.asked(), ['1: SELECT * FROM boat']);
    await page.send({ watches: [WATCH], pieces: [boats({ id: 1 })], applied: [1] });
    equal(page.text, '1 true');
    await page.show(createElement(List, { enabled: false }));
    equal(page.text, '0 false');
    await page.turn();
    equal(page.asked(), ['end 1']);
  },

  async 'another query ends the one before, and components share what they have in common'() {
    const page = new Page();
    const Kind = ({ kind }: { kind: number }): string => {
      const [rows] = useTable(tables.boat.where((row) => row.kind.eq(kind)));
      return `[${named(rows)}]`;
    };
    await page.show([createElement(Kind, { key: 1, kind: 3 }), createElement(Kind, { key: 2, kind: 3 })]);
    equal(await page.accept(), ['1: SELECT * FROM boat WHERE kind = 3']);
    await page.send({ watches: [WATCH], pieces: [boats({ id: 1 }, { id: 2, kind: 4 })], applied: [1] });
    await page.show([createElement(Kind, { key: 1, kind: 3 }), createElement(Kind, { key: 2, kind: 4 })]);
    equal(page.text, '[1 Ada][2 Ada]');
    await page.turn();
    equal(page.asked(), ['2: SELECT * FROM boat WHERE kind = 4']);
    await page.show([createElement(Kind, { key: 3, kind: 4 })]);
    await page.turn();
    equal(page.text, '[2 Ada]');
    equal(page.asked(), ['end 1']);
  },

  async 'what is seen while a slow render is under way is of one step'() {
    const page = new Page();
    const Count = ({ from }: { from: string }): string => {
      const [count] = useTable(tables.boat, { select: countOf });
      const endMs = performance.now() + 3;
      while (performance.now() < endMs);
      return `${from}${count} `;
    };
    let show = (_from: string): void => {};
    const Many = (): ReactNode => {
      const [from, setFrom] = useState('a');
      show = setFrom;
      return Array.from({ length: 20 }, (_, place) => createElement(Count, { key: place, from }));
    };
    await page.show(createElement(Many));
    await page.accept();
    await page.send({ watches: [WATCH], pieces: [boats({ id: 1 })], applied: [1] });
    const texts = new Set<string>();
    const observer = new MutationObserver(() => texts.add(page.text));
    observer.observe(page.element, { subtree: true, childList: true, characterData: true });
    // Without `act`, which would do the whole render in one go: the transition gives way every 5 ms, and rows come in between.
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false });
    startTransition(() => show('b'));
    for (let id = 2; id < 6; id++) {
      await new Promise((resolve) => void setTimeout(resolve, 12));
      const enters = { name: id, slot: id, row: { hull: '', id: BigInt(id), captain: new Identity(BigInt(id)) } };
      const row = { ...enters.row, kind: 3, pos_x: 0, name: '' };
      page.server.send({ pieces: [pieceOf({ watch: WATCH, table: BOAT!, enters: [{ ...enters, row }] })] });
    }
    while (page.text !== 'b5 '.repeat(20)) await new Promise((resolve) => void setTimeout(resolve, 5));
    observer.disconnect();
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    for (const text of texts) equal(new Set(text.trim().split(' ')).size, 1);
  },

  async 'a page that a server has rendered is taken over without a difference'() {
    const page = new Page();
    const Boats = (): string => {
      const [rows, isReady] = useTable(tables.boat);
      const { state, getConnection } = useTickbase();
      return `${rows.length} ${isReady} ${state} ${getConnection() === null}`;
    };
    page.element.innerHTML = renderToString(page.provide(createElement(Boats)));
    equal(page.text, '0 false connecting true');
    equal(page.environment.sockets.length, 0);
    const problems: unknown[] = [];
    await act(() => {
      const options = { onRecoverableError: (error: unknown) => problems.push(String(error)) };
      hydrateRoot(page.element, page.provide(createElement(Boats)), options);
    });
    equal(problems, []);
    equal(page.environment.sockets.length, 1);
    await page.accept();
    await page.send({ watches: [WATCH], pieces: [boats({ id: 1 })], applied: [1] });
    equal(page.text, '1 true live false');
  },

  async 'calls before the connection wait for it, and the function stays the same'() {
    const page = new Page();
    const functions = new Set<unknown>();
    let call = (_args: { boatId: bigint; name: string }): Promise<void> => Promise.reject(new Error('not shown'));
    const Caller = (): string => {
      call = useReducer(renameBoat);
      functions.add(call);
      return useTickbase<HarbourConnection>().state;
    };
    await page.show(createElement(Caller));
    const told: string[] = [];
    void call({ boatId: 7n, name: 'Bo' }).then(() => told.push('done'));
    equal(await page.accept(), ['call']);
    equal(page.text, 'live');
    const result = { sequence: 1, status: 'committed', code: '', message: '', tick: 42 } as const;
    await page.send({ results: [result] });
    equal(told, ['done']);
    // StrictMode's first render is thrown away, and what it has made with it.
    isTrue(functions.size <= 2, 'the function is made once');
  },

  async 'a query that is refused goes to onError, or to the error handler, and others live on'() {
    const page = new Page();
    const List = ({ isTold }: { isTold: boolean }): string => {
      const onError = (error: Error): void => void page.story.push(codeOf(error));
      const [rows] = useTable(tables.boat);
      useTable(tables.horn, isTold ? { onError } : {});
      return named(rows);
    };
    await page.show(createElement(List, { isTold: true }));
    await page.accept();
    const refusal = { code: 'QUERY_PRIVATE', message: 'no' };
    await page.send({ subscriptionErrors: [{ querySetId: 2, ...refusal }] });
    equal(page.takeStory(), ['QUERY_PRIVATE']);
    equal(page.environment.reported, []);
    await page.send({ watches: [WATCH], pieces: [boats({ id: 1 })], applied: [1] });
    equal(page.text, '1 Ada');
    const other = new Page();
    await other.show(createElement(List, { isTold: false }));
    await other.accept();
    await other.send({ subscriptionErrors: [{ querySetId: 2, ...refusal }] });
    equal(other.environment.reported.map(codeOf), ['QUERY_PRIVATE']);
  },

  async 'rows of an event table are told of and not kept; what a callback throws stops nothing'() {
    const page = new Page();
    const Horns = (): string => {
      const loud = tables.horn.where((row) => row.loudness.gt(5));
      const onInsert = ({ loudness }: { loudness: number }): void => {
        page.story.push(`horn ${loudness}`);
        if (loudness === 6) throw new Error('too loud');
      };
      const [rows] = useTable(loud, { onInsert });
      return `${rows.length}`;
    };
    await page.show(createElement(Horns));
    await page.accept();
    const watch = { ...WATCH, handle: 17, tableId: HORN_TABLE_ID };
    const enters = [3, 6, 9].map((loudness, place) => ({ name: -1, slot: place, row: { loudness } }));
    await page.send({ watches: [watch], applied: [1] });
    await page.send({ pieces: [pieceOf({ watch, table: HORN!, flags: 2, enters })] });
    equal(page.takeStory(), ['horn 6', 'horn 9']);
    equal(page.environment.reported.map(String), ['Error: too loud']);
    equal(page.text, '0');
  },

  async 'the provider connects until it is answered, tells of failures, and says goodbye when it goes'() {
    const page = new Page();
    const State = (): string => {
      const { state, isActive, connectionError, identity } = useTickbase();
      return `${state} ${isActive} ${connectionError === undefined ? 'well' : codeOf(connectionError)} ${identity?.__identity__}`;
    };
    await page.show(createElement(State));
    equal(page.text, 'connecting false well undefined');
    await act(() => {
      page.environment.socket.lost();
      page.environment.settle();
    });
    equal(page.text, 'connecting false CONNECT_FAILED undefined');
    await act(() => page.environment.advance(1000));
    equal(page.environment.sockets.length, 2);
    await page.accept();
    equal(page.text, 'live true well 81');
    const { socket } = page.environment;
    await act(() => page.root!.unmount());
    await page.turn();
    equal(page.asked(), ['goodbye']);
    equal(socket.closedBy?.code, 1000);
  },

  async 'what the server refuses for good is the end, with its reason'() {
    const page = new Page();
    const State = (): string => {
      const { state, connectionError } = useTickbase();
      return `${state} ${connectionError?.message}`;
    };
    await page.show(createElement(State));
    await act(() => {
      page.environment.socket.opened();
      page.environment.socket.lost(4003, 'the harbour is closed');
      page.environment.settle();
      page.environment.advance(60_000);
    });
    isTrue(/^closed .*4003, the harbour is closed/.test(page.text), page.text);
    equal(page.environment.sockets.length, 1);
  },

  async 'a resume changes nothing that has not changed'() {
    const page = new Page();
    const List = (): string => {
      const [rows, isReady] = useTable(tables.boat);
      page.story.push('list');
      return `${named(rows)} ${isReady}`;
    };
    await page.show(createElement(List));
    await page.accept();
    await page.send({ watches: [WATCH], pieces: [boats({ id: 1 })], applied: [1] });
    page.takeStory();
    await act(() => {
      page.environment.socket.lost();
      page.environment.advance(1000);
      page.server.accept({ isResumed: true, resumeToken: 'resume-2', schema: null });
    });
    equal(page.takeStory(), []);
    equal(page.text, '1 Ada true');
  },

  async 'a provider with another key is another connection, and nothing of the one before is seen in it'() {
    const [page, next] = [new Page(), new Page()];
    const List = (): string => `${named(useTable(tables.boat)[0])} ${useTickbase().state}`;
    const show = async (key: string, { builder }: Page): Promise<void> => {
      page.root ??= createRoot(page.element);
      const provider = createElement(TickbaseProvider, { key, connectionBuilder: builder }, createElement(List));
      await act(() => page.root!.render(createElement(StrictMode, null, provider)));
    };
    await show('ann', page);
    await page.accept();
    await page.send({ watches: [WATCH], pieces: [boats({ id: 1 })], applied: [1] });
    equal(page.text, '1 Ada live');
    const { socket } = page.environment;
    await show('bob', next);
    equal(page.text, ' connecting');
    await page.turn();
    equal(page.asked(), ['goodbye']);
    equal(socket.closedBy?.code, 1000);
    equal(await next.accept(), ['1: SELECT * FROM boat']);
    await next.send({ watches: [WATCH], pieces: [boats({ id: 2, name: 'Bo' })], applied: [1] });
    equal(page.text, '2 Bo live');
    equal(page.environment.sockets.length + next.environment.sockets.length, 2);
  },

  async 'two providers on one page are two connections, and hooks use the nearest'() {
    const [outer, inner] = [new Page(), new Page()];
    const List = ({ who }: { who: string }): string => `${who}: ${named(useTable(tables.boat)[0])}; `;
    await outer.show([
      createElement(List, { key: 1, who: 'outer' }),
      createElement(TickbaseProvider, {
        key: 2,
        connectionBuilder: inner.builder,
        children: createElement(List, { who: 'inner' }),
      }),
    ]);
    await outer.accept();
    await inner.accept();
    await outer.send({ watches: [WATCH], pieces: [boats({ id: 1 })], applied: [1] });
    await inner.send({ watches: [WATCH], pieces: [boats({ id: 2, name: 'Bo' })], applied: [1] });
    equal(outer.text, 'outer: 1 Ada; inner: 2 Bo; ');
    await outer.show(createElement(List, { who: 'alone' }));
    await outer.turn();
    equal(inner.asked(), ['goodbye']);
    equal(outer.environment.socket.closedBy, null);
  },

  async 'what is taken out at once opens nothing that stays, and a call from what is gone is not sent'() {
    const page = new Page();
    let call = (_args: { boatId: bigint; name: string }): Promise<void> => Promise.resolve();
    const Caller = (): string => {
      call = useReducer(renameBoat);
      return `${useTable(tables.boat)[0].length}`;
    };
    await page.show(createElement(Caller));
    await act(() => page.root!.unmount());
    await page.turn();
    const { socket } = page.environment;
    equal(socket.closedBy?.code, 1000);
    socket.opened();
    page.environment.advance(60_000);
    equal(await call({ boatId: 1n, name: 'Bo' }).catch(codeOf), 'CALL_NOT_SENT');
    equal([page.environment.sockets.length, page.environment.timerCount], [1, 0]);
  },

  async 'a part of a page that is put away and shown again comes back as who it was'() {
    const page = new Page();
    const List = (): string => `${named(useTable(tables.boat)[0])} ${useTickbase().state}`;
    const show = async (mode: 'visible' | 'hidden'): Promise<void> => {
      page.root ??= createRoot(page.element);
      await act(() =>
        page.root!.render(createElement(Activity, { mode, children: page.provide(createElement(List)) })),
      );
    };
    await show('visible');
    await page.accept();
    await page.send({ watches: [WATCH], pieces: [boats({ id: 1 })], applied: [1] });
    equal(page.text, '1 Ada live');
    await show('hidden');
    await page.turn();
    equal(page.asked(), ['goodbye']);
    await show('visible');
    equal(page.environment.sockets.length, 2);
    let token: unknown;
    await act(() => {
      const [hello] = page.server.accept();
      token = hello?.kind === 'hello' && hello.token;
    });
    equal(token, 'token-of-51');
    equal(page.asked(), ['1: SELECT * FROM boat']);
    await page.send({ watches: [WATCH], pieces: [boats({ id: 1, name: 'Bo' })], applied: [1] });
    equal(page.text, '1 Bo live');
  },

  async 'a component that breaks takes its own query along and no other'() {
    class Boundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
      override state = { hasFailed: false };
      static getDerivedStateFromError(): { hasFailed: boolean } {
        return { hasFailed: true };
      }
      override render(): ReactNode {
        return this.state.hasFailed ? 'broken; ' : this.props.children;
      }
    }
    const page = new Page();
    page.root = createRoot(page.element, { onCaughtError: (error) => void page.story.push(String(error)) });
    const Kind = ({ kind, breaks }: { kind: number; breaks: boolean }): string => {
      const select = (rows: readonly Boat[]): string => {
        if (breaks && rows.length > 1) throw new Error('two are too many');
        return named(rows);
      };
      return `${
        useTable(
          tables.boat.where((row) => row.kind.eq(kind)),
          { select },
        )[0]
      }; `;
    };
    await page.show([
      createElement(Boundary, { key: 1, children: createElement(Kind, { kind: 3, breaks: true }) }),
      createElement(Kind, { key: 2, kind: 4, breaks: false }),
    ]);
    await page.accept();
    await page.send({ watches: [WATCH], pieces: [boats({ id: 1 }, { id: 2, kind: 4 })], applied: [1, 2] });
    equal(page.text, '1 Ada; 2 Ada; ');
    await page.send({ pieces: [boats({ id: 1 }, { id: 2, kind: 4 }, { id: 3 }, { id: 4, kind: 4, name: 'Bo' })] });
    equal(page.text, 'broken; 2 Ada, 4 Bo; ');
    equal([...new Set(page.takeStory())], ['Error: two are too many']);
    equal(page.environment.reported, []);
    await page.turn();
    equal(page.asked(), ['end 1']);
    await page.send(moved({ id: 4, row: { name: 'Cy' } }));
    equal(page.text, 'broken; 2 Ada, 4 Cy; ');
  },

  async 'a component that waits for something keeps its rows up to date behind the fallback'() {
    const page = new Page();
    let resolve = (_text: string): void => {};
    const promise = new Promise<string>((settle) => (resolve = settle));
    let wait = (): void => {};
    const List = (): string => {
      const [rows] = useTable(tables.boat);
      const [isWaiting, setWaiting] = useState(false);
      wait = () => setWaiting(true);
      return `${named(rows)} ${isWaiting ? use(promise) : 'at once'}`;
    };
    await page.show(createElement(Suspense, { fallback: 'soon' }, createElement(List)));
    await page.accept();
    await page.send({ watches: [WATCH], pieces: [boats({ id: 1 })], applied: [1] });
    equal(page.text, '1 Ada at once');
    await act(() => wait());
    isTrue(page.text.endsWith('soon'), page.text);
    await page.send(moved({ id: 1, row: { name: 'Bo' } }));
    await page.turn();
    equal(page.asked(), []);
    await act(async () => {
      resolve('later');
      await promise;
    });
    equal(page.text, '1 Bo later');
  },

  async 'who asks later for what the server has refused is told so, too'() {
    const page = new Page();
    const List = ({ who }: { who: string }): string => {
      const onError = (error: Error): void => void page.story.push(`${who} ${codeOf(error)}`);
      return String(useTable(tables.boat, { onError })[1]);
    };
    await page.show([createElement(List, { key: 1, who: 'first' })]);
    await page.accept();
    await page.send({ subscriptionErrors: [{ querySetId: 1, code: 'QUERY_PRIVATE', message: 'no' }] });
    equal(page.takeStory(), ['first QUERY_PRIVATE']);
    await page.show([createElement(List, { key: 1, who: 'first' }), createElement(List, { key: 2, who: 'second' })]);
    equal([...new Set(page.takeStory())], ['second QUERY_PRIVATE']);
    equal(page.asked(), []);
  },
};

function nameOf(boat: Boat | undefined): string {
  return boat?.name ?? 'nobody';
}

function countOf(rows: readonly Boat[]): number {
  return rows.length;
}
