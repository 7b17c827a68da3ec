import { Prng } from '@tickbase/base';
import { Identity } from '@tickbase/schema/values';
import { LEAVE_DELETED, LEAVE_OUT, PIECE_SNAPSHOT, type PieceSink, type Watch } from '@tickbase/protocol';
import { expect, test } from 'vitest';
import { runsOf } from '../../../test/support/runs-of.ts';
import { bindSchema } from '../module/bind-schema.ts';
import { BOAT_TABLE_ID, HARBOUR, harbourSchema } from '../testing/harbour.ts';
import type { CachedTable } from './cached-table.ts';
import { ClientCache } from './client-cache.ts';
import type { Row } from './row.ts';

/*
 * A naive server: boats in the cells of one partitioning and in the groups of another, seen by one client. Its partitions
 * are brought up to date in any order and at any time, as by rate tiers and budgets. The model keeps whole copies of the
 * world, one for each partition, as of the tick at which it was sent last.
 */
const CELLS = [11, 12, 13, 14, 15];
const GROUPS = [31, 32, 33];

interface ServerBoat {
  slot: number;
  id: bigint;
  x: number;
  cell: number;
  group: number;
}

interface Stay {
  readonly slot: number;
  readonly name: number;
  readonly enteredAt: number;
  leftAt: number;
  changedAt: number;
}

class NaiveServer {
  readonly boats = new Map<number, ServerBoat>();
  readonly watched = new Map<number, number>();
  readonly #stays = new Map<number, Stay[]>();
  readonly #prng: Prng;
  tick = 40;
  #slot = 5;
  #name = 100;
  readonly counts = { transits: 0, remakes: 0, lates: 0, deletes: 0, unwatches: 0, resets: 0 };

  constructor(seed: number) {
    this.#prng = new Prng(seed);
    for (const handle of [...CELLS, ...GROUPS]) this.#stays.set(handle, []);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.#prng.int(0, items.length - 1)] as T;
  }

  chance(share: number): boolean {
    return this.#prng.float() < share;
  }

  step(): void {
    this.tick++;
    for (let i = this.#prng.int(0, 6); i > 0; i--) this.#change();
  }

  #change(): void {
    const boat = this.boats.size === 0 ? undefined : this.pick([...this.boats.values()]);
    const what = this.#prng.int(0, 9);
    if (boat === undefined || what === 0) this.#make(BigInt(this.#prng.int(70, 99)));
    else if (what === 1) this.#sink(boat);
    else if (what === 2) {
      this.#sink(boat);
      this.#make(boat.id);
      this.counts.remakes++;
    } else if (what <= 6) {
      this.#move(boat, 'cell', this.pick(CELLS));
      this.#touch(boat);
    } else if (what === 7) this.#move(boat, 'group', this.pick(GROUPS));
    else this.#touch(boat);
  }

  #make(id: bigint): void {
    if ([...this.boats.values()].some((boat) => boat.id === id)) return;
    const boat = {
      slot: this.#slot++,
      id,
      x: this.#prng.int(1, 500),
      cell: this.pick(CELLS),
      group: this.pick(GROUPS),
    };
    this.boats.set(boat.slot, boat);
    this.#enter(boat.cell, boat.slot);
    this.#enter(boat.group, boat.slot);
  }

  #sink(boat: ServerBoat): void {
    this.boats.delete(boat.slot);
    this.#leave(boat.cell, boat.slot);
    this.#leave(boat.group, boat.slot);
    this.counts.deletes++;
  }

  #move(boat: ServerBoat, key: 'cell' | 'group', to: number): void {
    if (boat[key] === to) return;
    this.#leave(boat[key], boat.slot);
    boat[key] = to;
    this.#enter(to, boat.slot);
  }

  #touch(boat: ServerBoat): void {
    boat.x = this.#prng.int(1, 500);
    for (const handle of [boat.cell, boat.group]) {
      const stay = this.#present(handle).find(({ slot }) => slot === boat.slot);
      if (stay !== undefined) stay.changedAt = this.tick;
    }
  }

  #enter(handle: number, slot: number): void {
    const stay = { slot, name: this.#name++, enteredAt: this.tick, leftAt: 0, changedAt: this.tick };
    this.#stays.get(handle)?.push(stay);
  }

  #leave(handle: number, slot: number): void {
    const stay = this.#present(handle).find((candidate) => candidate.slot === slot);
    if (stay !== undefined) stay.leftAt = this.tick;
  }

  #present(handle: number): Stay[] {
    return (this.#stays.get(handle) ?? []).filter(({ leftAt }) => leftAt === 0);
  }

  watchOf(handle: number): Watch {
    const isExact = GROUPS.includes(handle);
    return { handle, tableId: BOAT_TABLE_ID, partitioning: isExact ? 4 : 3, cell: null, isExact };
  }

  /** The rows of a partition now. */
  rowsOf(handle: number): ServerBoat[] {
    return this.#present(handle).map(({ slot }) => this.boats.get(slot) as ServerBoat);
  }

  /** Tells the sink what has changed in a partition since it was sent last. */
  tell(handle: number, sink: PieceSink): void {
    const since = this.watched.get(handle) as number;
    const stays = this.#stays.get(handle) as Stay[];
    for (const stay of stays) if (stay.leftAt > since) sink.leave(stay.name, this.#whereabouts(handle, stay.slot));
    for (const { slot, name, enteredAt } of this.#present(handle)) {
      if (enteredAt > since) sink.enter(name, slot, this.valuesOf(slot));
    }
    for (const { slot, name, enteredAt, changedAt } of this.#present(handle)) {
      if (enteredAt <= since && changedAt > since) sink.update(name, Uint8Array.from([4]), 1, this.valuesOf(slot));
    }
    this.watched.set(handle, this.tick);
  }

  hasNews(handle: number): boolean {
    const since = this.watched.get(handle) as number;
    return (this.#stays.get(handle) ?? []).some(
      ({ leftAt, enteredAt, changedAt }) =>
        leftAt > since || (leftAt === 0 && (enteredAt > since || changedAt > since)),
    );
  }

  valuesOf(slot: number): unknown[] {
    const { id, x } = this.boats.get(slot) as ServerBoat;
    return ['oak', id, new Identity(id + 1000n), 3, x, 'Ada'];
  }

  #whereabouts(handle: number, slot: number): number {
    const boat = this.boats.get(slot);
    if (boat === undefined) return LEAVE_DELETED;
    this.counts.transits++;
    return GROUPS.includes(handle) ? boat.group : CELLS.includes(boat.cell) ? boat.cell : LEAVE_OUT;
  }
}

test('the cache equals the union of what is watched, callbacks tell exactly its changes, and late partitions do no harm', () => {
  const totals: Record<string, number> = {};
  for (let seed = 1; seed <= runsOf(60); seed++) {
    const server = new NaiveServer(seed);
    const cache = new ClientCache(HARBOUR.tables);
    const bound = bindSchema(HARBOUR, harbourSchema());
    cache.beginSession(bound);
    const table = cache.tables.get('boat') as CachedTable;
    const shadow = new Map<bigint, Row>();
    for (let round = 0; round < 120; round++) {
      const isLast = round === 119;
      server.step();
      if (server.chance(0.01)) {
        cache.beginSession(bound);
        server.watched.clear();
        server.counts.resets++;
      }
      if (!isLast && server.chance(0.3)) continue;
      playSection(server, cache, isLast);
      replay(cache, shadow);
      expect(byId(table.rows()), `seed ${seed}, round ${round}`).toEqual(byId(shadow.values()));
      checkFresh(server, table, `seed ${seed}, round ${round}`);
    }
    expect(positions(table.rows()), `seed ${seed}`).toEqual(expected(server));
    for (const [name, count] of Object.entries(server.counts)) totals[name] = (totals[name] ?? 0) + count;
  }
  for (const [name, count] of Object.entries(totals)) expect(count, name).toBeGreaterThan(0);
});

/** One section: some partitions begin, some are brought up to date, some end. The last one leaves nothing out. */
function playSection(server: NaiveServer, cache: ClientCache, isLast: boolean): void {
  cache.beginSection(server.tick, false);
  for (const handle of [...CELLS, ...GROUPS]) {
    if (server.watched.has(handle) || !server.chance(0.2)) continue;
    cache.watch(server.watchOf(handle));
    server.watched.set(handle, 0);
  }
  const handles = [...server.watched.keys()];
  while (handles.length > 0) {
    // In any order, but exact partitions first.
    const exact = handles.filter((handle) => GROUPS.includes(handle));
    const [handle] = handles.splice(handles.indexOf(server.pick(exact.length > 0 ? exact : handles)), 1) as [number];
    if (!server.hasNews(handle)) server.watched.set(handle, server.tick);
    else if (!isLast && CELLS.includes(handle) && server.watched.get(handle) !== 0 && server.chance(0.4)) {
      server.counts.lates++;
    } else {
      const partition = cache.partition(handle);
      const flags = server.watched.get(handle) === 0 ? PIECE_SNAPSHOT : 0;
      if (partition !== undefined) cache.piece(partition, flags, (sink) => server.tell(handle, sink));
    }
  }
  cache.endPieces();
  if (server.chance(0.1) && server.watched.size > 0) {
    const handle = server.pick([...server.watched.keys()]);
    server.watched.delete(handle);
    cache.unwatch(handle);
    server.counts.unwatches++;
  }
  if (isLast || server.chance(0.3)) cache.sweepStale();
}

/** Callbacks alone, on a copy: each must fit what came before. */
function replay(cache: ClientCache, shadow: Map<bigint, Row>): void {
  for (const change of cache.endSection()) {
    if (change.kind === 'missed') continue;
    const id = change.row['id'] as bigint;
    if (change.kind === 'insert') {
      expect(shadow.has(id)).toBe(false);
      shadow.set(id, change.row);
    } else if (change.kind === 'delete') {
      expect(shadow.get(id)).toBe(change.row);
      shadow.delete(id);
    } else {
      expect(shadow.get(id)).toBe(change.before);
      expect(change.before).not.toEqual(change.row);
      shadow.set(id, change.row);
    }
  }
}

/** Whatever the others know: the rows of a partition that is up to date are here, as they are. */
function checkFresh(server: NaiveServer, table: CachedTable, where: string): void {
  for (const [handle, tick] of server.watched) {
    if (tick !== server.tick) continue;
    for (const boat of server.rowsOf(handle)) {
      expect(table.bySlot.get(boat.slot)?.row, `${where}, boat ${boat.id}`).toMatchObject({ id: boat.id });
    }
  }
}

function expected(server: NaiveServer): string[] {
  const slots = new Set([...server.watched.keys()].flatMap((handle) => server.rowsOf(handle)));
  return Array.from(slots, (boat) => `${boat.id}@${boat.x}`).sort();
}

function positions(rows: Iterable<Row>): string[] {
  return Array.from(rows, (row) => `${row['id']}@${row['posX']}`).sort();
}

function byId(rows: Iterable<Row>): Map<bigint, Row> {
  return new Map([...rows].map((row) => [row['id'] as bigint, row] as const).sort((a, b) => Number(a[0] - b[0])));
}
