import { LEAVE_DELETED, PIECE_EVENTS, PIECE_SNAPSHOT, type PieceSink, type Watch } from '@tickbase/protocol';
import type { BoundSchema, BoundTable } from '../module/bound-schema.ts';
import type { TableDefinition } from '../module/table-definition.ts';
import { type CachedRow, NAMELESS, type Residence } from './cached-row.ts';
import { CachedTable } from './cached-table.ts';
import { ChangeLog } from './change-log.ts';
import type { Partition } from './partition.ts';
import type { ChangeCause, RowChange } from './row-change.ts';
import type { WatchedCell } from './watched-cell.ts';
import { buildRow, keepExact, patchRow } from './row-builder.ts';
import type { Row } from './row.ts';

/**
 * The client's copy of the rows that it may see. Sections are applied between `beginSection` and `endSection`, in the
 * order of `Section`: watches, pieces (of exact partitions first), own rows, unwatches. A row is cached while any partitioning holds it; each
 * partitioning holds it in one partition, its residence.
 */
export class ClientCache {
  /** By accessor. */
  readonly tables: ReadonlyMap<string, CachedTable>;
  readonly #log = new ChangeLog();
  readonly #partitions = new Map<number, Partition>();
  /** Partitions that the section has news of. */
  readonly #told = new Set<Partition>();
  #schema: BoundSchema = { tables: new Map(), reducers: new Map() };
  #serial = 0;
  #tick = 0;
  #generation = 0;
  /** Residences of an older generation end with the section; 0: no refresh. */
  #refreshedFrom = 0;

  constructor(definitions: readonly TableDefinition[]) {
    this.tables = new Map(definitions.map((definition) => [definition.accessor, new CachedTable(definition)]));
  }

  /** A session without a past: nothing is watched, and what is cached waits to be sent anew or swept. */
  beginSession(schema: BoundSchema): void {
    this.#schema = schema;
    this.#tick = 0;
    this.#partitions.clear();
    this.#told.clear();
    for (const table of this.tables.values()) table.makeStale();
  }

  /** The session goes on with another schema. What is watched and cached stays; what comes from now on is read by the new one. */
  rebind(schema: BoundSchema): void {
    this.#schema = schema;
  }

  beginSection(tick: number, isRefresh: boolean): void {
    this.#tick = tick;
    this.#generation++;
    this.#refreshedFrom = isRefresh ? this.#generation : 0;
  }

  watch(watch: Watch): void {
    const known = this.#partitions.get(watch.handle);
    this.#partitions.set(watch.handle, {
      watch,
      bound: this.#schema.tables.get(watch.tableId) ?? null,
      names: known?.names ?? new Map(),
      transit: known?.transit ?? new Set(),
      tick: this.#tick,
      watchedIn: known?.watchedIn ?? this.#log.section,
      snapshotFrom: 0,
    });
    // A partition that is announced again stays what it was: its rows point at the new description.
    if (known !== undefined) this.#repoint(known, this.#partitions.get(watch.handle) as Partition);
  }

  partition(handle: number): Partition | undefined {
    return this.#partitions.get(handle);
  }

  /** The cells of a table that are watched now, each once, in no order; none of one whose rows have no place of their own. */
  cellsOf(table: CachedTable): WatchedCell[] {
    const cells = new Map<string, WatchedCell>();
    for (const { bound, watch, tick } of this.#partitions.values()) {
      if (watch.cell === null || bound?.definition !== table.definition || bound.wire.spatial?.kind !== 'position')
        continue;
      // The parts of a large cell are partitions of their own; it is as old as the oldest of them.
      const key = Object.values(watch.cell).join();
      const oldest = Math.min(tick, cells.get(key)?.tick ?? tick);
      cells.set(key, { ...watch.cell, edge: bound.wire.spatial.cell, tick: oldest });
    }
    return [...cells.values()];
  }

  /** Takes one piece in: `read` feeds the sink. For a partition whose table is bound. A snapshot may go on in further pieces. */
  piece(partition: Partition, flags: number, read: (sink: PieceSink) => void): void {
    const bound = partition.bound as BoundTable;
    partition.tick = this.#tick;
    if ((flags & PIECE_SNAPSHOT) !== 0) partition.snapshotFrom = ++this.#generation;
    if ((flags & PIECE_EVENTS) === 0) this.#told.add(partition);
    read({
      leave: (name, to) => this.#leave(partition, name, to),
      enter: (name, slot, values) => this.#enter(partition, bound, name, slot, values),
      update: (name, changed, changedCount, values) =>
        this.#update(partition, bound, name, changed, changedCount, values),
      missedEvents: (count) => this.#log.say({ kind: 'missed', table: this.#tableOf(bound), count }),
    });
  }

  /** After the last piece of the section. */
  endPieces(): void {
    for (const partition of this.#told) {
      // Its pieces bring it up to this tick: who was on the way here and did not enter is here no more.
      this.#endTransit(partition);
      if (partition.snapshotFrom > 0) this.#dropOlder(partition, partition.snapshotFrom);
      partition.snapshotFrom = 0;
    }
    this.#told.clear();
  }

  /** A row in full precision, by place. Ignored when the row is not cached. */
  ownRow(tableId: number, slot: number, values: readonly unknown[]): void {
    const bound = this.#schema.tables.get(tableId);
    if (bound === undefined) return;
    const entry = this.#tableOf(bound).bySlot.get(slot);
    if (entry === undefined) return;
    this.#setRow(bound, entry, buildRow(bound, values), 'news');
    entry.hasOwnExact = bound.wire.columns.some((column) => column.quantize !== null);
  }

  unwatch(handle: number): void {
    const partition = this.#partitions.get(handle);
    if (partition === undefined) return;
    this.#partitions.delete(handle);
    if (partition.bound === null) return;
    for (const entry of partition.names.values()) this.#endResidence(partition.bound, entry, partition, 'unwatch');
    for (const entry of partition.transit) this.#endResidence(partition.bound, entry, partition, 'unwatch');
  }

  /** Rows of a lost session that were not sent anew are gone. Within a section. */
  sweepStale(): void {
    for (const table of this.tables.values()) {
      for (const entry of table.stale) {
        this.#log.touch(table, entry, 'news');
        table.remove(entry);
      }
    }
  }

  /** The net changes since `beginSection`, also of a section that broke off. */
  endSection(): RowChange[] {
    if (this.#refreshedFrom > 0) {
      for (const partition of this.#partitions.values()) {
        this.#endTransit(partition);
        this.#dropOlder(partition, this.#refreshedFrom);
      }
      this.#refreshedFrom = 0;
    }
    return this.#log.take();
  }

  #enter(partition: Partition, bound: BoundTable, name: number, slot: number, values: readonly unknown[]): void {
    const table = this.#tableOf(bound);
    if (name < 0) {
      this.#log.say({ kind: 'insert', table, row: buildRow(bound, values), cause: 'news' });
      return;
    }
    const known = table.bySlot.get(slot);
    const residence = known === undefined ? undefined : residenceIn(known, partition);
    if (residence !== undefined && residence.tick > this.#tick) return;
    const entry = this.#place(partition, bound, slot, buildRow(bound, values), known);
    const previous = partition.names.get(name);
    if (previous !== undefined && previous !== entry && residenceIn(previous, partition)?.name === name) {
      this.#endResidence(bound, previous, partition, 'news');
    }
    this.#reside(entry, partition, name);
    partition.names.set(name, entry);
  }

  /** Brings the entered row into the cache and gives its entry. */
  #place(partition: Partition, bound: BoundTable, slot: number, row: Row, known: CachedRow | undefined): CachedRow {
    const table = this.#tableOf(bound);
    const cause: ChangeCause = partition.watchedIn === this.#log.section ? 'load' : 'news';
    let entry = known;
    if (entry !== undefined && table.hasPrimaryKey && table.keyOf(entry.row as Row) !== table.keyOf(row)) {
      // The slot has a new owner, and the leave of the old one was never seen.
      entry.isDeleted = true;
      this.#drop(bound, entry, 'news');
      entry = undefined;
    }
    if (entry === undefined) {
      entry = table.findSame(row);
      // The row lives under a new slot now. Its old names stay in their partitions and mean nothing.
      if (entry !== undefined) {
        this.#forgetTransit(entry);
        table.moveToSlot(entry, slot);
      }
    }
    if (entry === undefined) {
      entry = {
        slot,
        serial: ++this.#serial,
        row: null,
        residences: [],
        exactCount: 0,
        hasOwnExact: false,
        isDeleted: false,
        isStale: false,
        changedIn: 0,
        changeCount: 0,
      };
      this.#log.touch(table, entry, cause);
      entry.row = row;
      table.add(entry);
      return entry;
    }
    entry.isDeleted = false;
    this.#setFrom(partition, bound, entry, row, cause);
    return entry;
  }

  #update(
    partition: Partition,
    bound: BoundTable,
    name: number,
    changed: Uint8Array,
    changedCount: number,
    values: readonly unknown[],
  ): void {
    const entry = partition.names.get(name);
    if (entry === undefined || entry.row === null) return;
    const residence = residenceIn(entry, partition);
    if (residence?.partition !== partition || residence.name !== name || residence.tick > this.#tick) return;
    residence.tick = this.#tick;
    if (entry.exactCount > 0 && !partition.watch.isExact) return;
    const table = this.#tableOf(bound);
    if (!isPatch(bound, table, entry.row, changed, changedCount, values)) return;
    const row = patchRow(bound, entry.row, changed, changedCount, values);
    if (entry.hasOwnExact) {
      this.#setFrom(partition, bound, entry, row, 'news');
      return;
    }
    this.#log.touch(table, entry, 'news');
    table.replace(entry, row);
  }

  #leave(partition: Partition, name: number, to: number): void {
    const entry = partition.names.get(name);
    if (entry === undefined) return;
    partition.names.delete(name);
    const residence = residenceIn(entry, partition);
    if (residence?.partition !== partition || residence.name !== name || residence.tick > this.#tick) return;
    const next = this.#partitions.get(to);
    if (next === undefined || next === partition || next.watch.partitioning !== partition.watch.partitioning) {
      if (to === LEAVE_DELETED && !this.#isKnownToLive(entry, residence)) entry.isDeleted = true;
      this.#endResidence(partition.bound as BoundTable, entry, partition, 'news');
      return;
    }
    this.#reside(entry, next, NAMELESS);
    next.transit.add(entry);
  }

  /** Another partition has told of the row in this section: what is no more is one that had its key and place before. */
  #isKnownToLive(entry: CachedRow, left: Residence): boolean {
    return entry.residences.some((other) => other !== left && other.name !== NAMELESS && other.tick === this.#tick);
  }

  #reside(entry: CachedRow, partition: Partition, name: number): void {
    let residence = residenceIn(entry, partition);
    if (residence === undefined) {
      residence = { partition, name, tick: this.#tick, generation: this.#generation };
      entry.residences.push(residence);
    } else {
      residence.partition.transit.delete(entry);
      if (residence.partition.watch.isExact) entry.exactCount--;
    }
    if (partition.watch.isExact) entry.exactCount++;
    residence.partition = partition;
    residence.name = name;
    residence.tick = this.#tick;
    residence.generation = this.#generation;
  }

  /** Ends the entry's residence if it is in this partition; the last one takes the row along. */
  #endResidence(bound: BoundTable, entry: CachedRow, partition: Partition, cause: ChangeCause): void {
    const index = entry.residences.findIndex((residence) => residence.partition === partition);
    if (index < 0) return;
    partition.transit.delete(entry);
    entry.residences.splice(index, 1);
    if (partition.watch.isExact) entry.exactCount--;
    if (entry.residences.length > 0) return;
    const table = this.#tableOf(bound);
    this.#log.touch(table, entry, cause);
    table.remove(entry);
  }

  #drop(bound: BoundTable, entry: CachedRow, cause: ChangeCause): void {
    this.#forgetTransit(entry);
    entry.residences.length = 0;
    entry.exactCount = 0;
    this.#log.touch(this.#tableOf(bound), entry, cause);
    this.#tableOf(bound).remove(entry);
  }

  #forgetTransit(entry: CachedRow): void {
    for (const residence of entry.residences) residence.partition.transit.delete(entry);
  }

  /** Values as this partition has them: what an exact partition holds, too, is not taken from a streamed one. */
  #setFrom(partition: Partition, bound: BoundTable, entry: CachedRow, row: Row, cause: ChangeCause): void {
    if (partition.watch.isExact) {
      entry.hasOwnExact = false;
      this.#setRow(bound, entry, row, cause);
    } else if (entry.exactCount === 0) {
      this.#setRow(bound, entry, entry.hasOwnExact ? keepExact(bound, entry.row as Row, row) : row, cause);
    }
  }

  #setRow(bound: BoundTable, entry: CachedRow, row: Row, cause: ChangeCause): void {
    const table = this.#tableOf(bound);
    if (table.isEqual(entry.row as Row, row)) return;
    this.#log.touch(table, entry, cause);
    table.replace(entry, row);
  }

  #dropOlder(partition: Partition, generation: number): void {
    if (partition.bound === null) return;
    for (const [name, entry] of partition.names) {
      const residence = residenceIn(entry, partition);
      if (residence?.partition !== partition || residence.name !== name) partition.names.delete(name);
      else if (residence.generation < generation) {
        partition.names.delete(name);
        this.#endResidence(partition.bound, entry, partition, 'news');
      }
    }
  }

  #endTransit(partition: Partition): void {
    if (partition.bound === null) return;
    for (const entry of partition.transit) this.#endResidence(partition.bound, entry, partition, 'news');
  }

  #repoint(known: Partition, partition: Partition): void {
    for (const entry of [...known.names.values(), ...known.transit]) {
      const residence = residenceIn(entry, known);
      if (residence?.partition !== known) continue;
      entry.exactCount += Number(partition.watch.isExact) - Number(known.watch.isExact);
      residence.partition = partition;
    }
  }

  #tableOf(bound: BoundTable): CachedTable {
    return this.tables.get(bound.definition.accessor) as CachedTable;
  }
}

/** True when some of the values differ from those of the row. */
function isPatch(
  bound: BoundTable,
  table: CachedTable,
  row: Row,
  changed: Uint8Array,
  changedCount: number,
  values: readonly unknown[],
): boolean {
  for (let i = 0; i < changedCount; i++) {
    const place = changed[i] as number;
    const position = bound.positions[place] ?? -1;
    if (position >= 0 && !table.isEqualAt(position, row, values[place])) return true;
  }
  return false;
}

/** The entry's residence by the partitioning of this partition, wherever that is. */
function residenceIn(entry: CachedRow, partition: Partition): Residence | undefined {
  for (const residence of entry.residences) {
    if (residence.partition.watch.partitioning === partition.watch.partitioning) return residence;
  }
  return undefined;
}
