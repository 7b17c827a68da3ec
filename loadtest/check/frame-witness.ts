import {
  type CellPlace,
  decodePiece,
  decodeServerMessage,
  LEAVE_DELETED,
  PIECE_SNAPSHOT,
  type PieceCursor,
  readPieceFlags,
  readPieceHandle,
  type Section,
  type Watch,
  type WireTable,
} from '@tickbase/protocol';

/** What a client has been told of a table whose rows are in cells: which cells it watches, as of which tick it has each, and which row is in which. */
export interface WitnessedTable {
  readonly pages: readonly WitnessedPage[];
  /** By `keyOf`. */
  readonly rows: ReadonlyMap<string, WitnessedRow>;
}

/** A cell, or a part of a large one. */
export interface WitnessedPage {
  readonly cell: CellPlace;
  /** Of the last section that announced it or carried a piece of it: the client has the page as it was after this tick. */
  readonly tick: number;
}

export interface WitnessedRow {
  readonly page: WitnessedPage;
  /** It has left another page for this one, which has not told of it yet. */
  readonly isMoving: boolean;
  /** Tick in which it came in full precision as written by the client itself; null: never. */
  readonly ownTick: number | null;
}

/**
 * Reads the messages that a client gets, beside its library, and keeps by the rules of WIRE.md ("Residence") what the checks need to
 * know and the library does not tell: the tick of each page and the page of each row. Only of tables in cells with a primary key. It must see
 * every message from the first on.
 */
export class FrameWitness {
  readonly #keyOf: ReadonlyMap<string, (values: readonly unknown[]) => string>;
  readonly #tables = new Map<number, Table>();
  readonly #pages = new Map<number, Page>();
  #tick = 0;

  /** `keyOf`: by name of each table to be witnessed, what tells a row from the others of it. */
  constructor(keyOf: ReadonlyMap<string, (values: readonly unknown[]) => string>) {
    this.#keyOf = keyOf;
  }

  take(message: Uint8Array): void {
    decodeServerMessage(message, (section, pieces) => this.#takeSection(section, pieces));
  }

  /** What the client has now, by table. */
  view(): ReadonlyMap<string, WitnessedTable> {
    const seen = new Map<Page, WitnessedPage>();
    const tables = new Map([...this.#tables.values()].map(({ wire }) => [wire.name, emptyView()]));
    for (const page of this.#pages.values()) {
      const told = { cell: page.watch.cell!, tick: page.tick };
      seen.set(page, told);
      tables.get(page.table.wire.name)!.pages.push(told);
    }
    for (const { wire, residences, ownTicks } of this.#tables.values()) {
      const { rows } = tables.get(wire.name)!;
      for (const [key, { page, name, slot }] of residences) {
        rows.set(key, { page: seen.get(page)!, isMoving: name === NAMELESS, ownTick: ownTicks.get(slot) ?? null });
      }
    }
    return tables;
  }

  #takeSection(section: Section, pieces: PieceCursor): void {
    this.#tick = section.head.tick;
    for (const wire of section.welcome?.schema?.tables ?? []) {
      const keyOf = this.#keyOf.get(wire.name);
      if (keyOf === undefined) continue;
      this.#tables.set(wire.id, {
        wire,
        keyOf,
        residences: new Map(),
        keyOfSlot: new Map(),
        ownTicks: new Map(),
      });
    }
    for (const watch of section.watches) this.#watch(watch);
    const told = new Set<Page>();
    for (let offset = pieces.next(); offset >= 0; offset = pieces.next()) this.#takePiece(pieces.bytes, offset, told);
    for (const page of told) endOfPieces(page);
    for (const { tableId, slot } of section.ownRows) {
      const table = this.#tables.get(tableId);
      if (table?.keyOfSlot.has(slot) === true) table.ownTicks.set(slot, this.#tick);
    }
    for (const handle of section.unwatches) this.#unwatch(handle);
  }

  #watch(watch: Watch): void {
    const table = this.#tables.get(watch.tableId);
    if (table === undefined || watch.cell === null) return;
    const known = this.#pages.get(watch.handle);
    if (known === undefined) {
      const fresh = { watch, table, tick: this.#tick, names: new Map(), moving: new Set<string>(), listed: null };
      this.#pages.set(watch.handle, fresh);
    } else known.watch = watch;
  }

  #takePiece(bytes: Uint8Array, offset: number, told: Set<Page>): void {
    const page = this.#pages.get(readPieceHandle(bytes, offset));
    if (page === undefined) return;
    page.tick = this.#tick;
    told.add(page);
    if ((readPieceFlags(bytes, offset) & PIECE_SNAPSHOT) !== 0) page.listed = new Set();
    decodePiece(bytes, offset, page.table.wire, page.watch, {
      leave: (name, to) => this.#leave(page, name, to),
      enter: (name, slot, values) => enter(page, name, slot, values),
      update: () => {},
      missedEvents: () => {},
    });
  }

  #leave(page: Page, name: number, to: number): void {
    const key = page.names.get(name);
    if (key === undefined) return;
    page.names.delete(name);
    const residence = page.table.residences.get(key);
    if (residence?.page !== page || residence.name !== name) return;
    const next = to === LEAVE_DELETED ? undefined : this.#pages.get(to);
    if (next === undefined || next === page || next.watch.partitioning !== page.watch.partitioning) {
      forget(page.table, key);
      return;
    }
    residence.page = next;
    residence.name = NAMELESS;
    next.moving.add(key);
  }

  #unwatch(handle: number): void {
    const page = this.#pages.get(handle);
    if (page === undefined) return;
    this.#pages.delete(handle);
    for (const key of [...page.names.values(), ...page.moving]) {
      if (page.table.residences.get(key)?.page === page) forget(page.table, key);
    }
  }
}

function enter(page: Page, name: number, slot: number, values: readonly unknown[]): void {
  const { table } = page;
  const key = table.keyOf(values);
  const owner = table.keyOfSlot.get(slot);
  if (owner !== undefined && owner !== key) forget(table, owner); // it was deleted unseen
  const previous = page.names.get(name);
  if (previous !== undefined && previous !== key) {
    const residence = table.residences.get(previous);
    if (residence?.page === page && residence.name === name) forget(table, previous);
  }
  const known = table.residences.get(key);
  if (known !== undefined) {
    known.page.moving.delete(key);
    if (known.slot !== slot) forget(table, key);
  }
  table.residences.set(key, { page, name, slot });
  table.keyOfSlot.set(slot, key);
  page.names.set(name, key);
  page.listed?.add(key);
}

/** Who was on the way here and did not come is here no more, nor is who a snapshot does not list. */
function endOfPieces(page: Page): void {
  for (const key of page.moving) if (page.table.residences.get(key)?.page === page) forget(page.table, key);
  page.moving.clear();
  const { listed } = page;
  if (listed === null) return;
  page.listed = null;
  for (const [name, key] of page.names) {
    if (listed.has(key)) continue;
    page.names.delete(name);
    if (page.table.residences.get(key)?.page === page) forget(page.table, key);
  }
}

function forget({ residences, keyOfSlot, ownTicks }: Table, key: string): void {
  const residence = residences.get(key);
  if (residence === undefined) return;
  residences.delete(key);
  keyOfSlot.delete(residence.slot);
  ownTicks.delete(residence.slot);
}

function emptyView(): { pages: WitnessedPage[]; rows: Map<string, WitnessedRow> } {
  return { pages: [], rows: new Map() };
}

const NAMELESS = -1;

interface Table {
  readonly wire: WireTable;
  readonly keyOf: (values: readonly unknown[]) => string;
  readonly residences: Map<string, Residence>;
  readonly keyOfSlot: Map<number, string>;
  readonly ownTicks: Map<number, number>;
}

interface Residence {
  page: Page;
  name: number;
  readonly slot: number;
}

interface Page {
  watch: Watch;
  readonly table: Table;
  tick: number;
  readonly names: Map<number, string>;
  readonly moving: Set<string>;
  /** While a snapshot is read: who is in it. */
  listed: Set<string> | null;
}
