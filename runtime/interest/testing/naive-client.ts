import { assert } from '@tickbase/base';
import {
  decodePiece,
  LEAVE_DELETED,
  PIECE_EVENTS,
  PIECE_SNAPSHOT,
  readPieceFlags,
  readPieceHandle,
  type PieceSink,
  type Watch,
  type WireSchema,
  type WireTable,
} from '@tickbase/protocol';
import { piecesOf } from './pieces-of.ts';
import type { ViewerFrame } from '../viewers-port.ts';

interface HeldRow {
  values: unknown[];
  /** By partitioning: the handle in which the row resides. */
  readonly residences: Map<number, number>;
  /** By partitioning: it is on its way there and has no name yet. */
  readonly transits: Set<number>;
}

interface HeldWatch {
  readonly watch: Watch;
  readonly table: WireTable;
  /** By name: the slot. */
  readonly names: Map<number, number>;
  /** Tick of the last frame that had a piece of it or announced it. */
  tick: number;
}

/** A client's copy of the world by the rules of "Cells" in the wire's description, in maps. */
export class NaiveClient {
  /** By table id, then by slot. */
  readonly rows = new Map<number, Map<number, HeldRow>>();
  /** By table id, then by primary key: the slot that the key came with last. */
  private readonly slotsOfKeys = new Map<number, Map<unknown, number>>();
  /** By table id: event rows since the last look, oldest first. */
  readonly events = new Map<number, unknown[][]>();
  /** What leaves said of rows, since the last look. */
  readonly endings: { readonly tableId: number; readonly slot: number; readonly isDeleted: boolean }[] = [];
  missedEventCount = 0;
  transitCount = 0;
  sweepCount = 0;
  replacedKeyCount = 0;
  /** Tick of the last applied frame; 0: none yet. */
  tick = 0;
  private readonly schema: WireSchema;
  readonly watches = new Map<number, HeldWatch>();
  /** Rows that ended on their way to a partition that told of them no more. */
  lostTransitCount = 0;
  private told = new Set<number>();

  constructor(schema: WireSchema) {
    this.schema = schema;
  }

  apply(frame: ViewerFrame, tick: number): void {
    for (const watch of frame.watches) {
      assert(watch.handle >= 2, 'handles begin at 2');
      const known = this.watches.get(watch.handle);
      if (known !== undefined) known.tick = tick;
      if (known !== undefined) continue;
      const table = this.schema.tables.find(({ id }) => id === watch.tableId)!;
      this.watches.set(watch.handle, { watch: { ...watch }, table, names: new Map(), tick });
    }
    this.told.clear();
    for (const piece of piecesOf(frame)) this.applyPiece(piece, tick);
    this.endTransits();
    for (const handle of frame.unwatches) {
      const held = this.watches.get(handle);
      if (held === undefined) continue; // A resume tells it again.
      this.endResidences(held, () => true);
      this.watches.delete(handle);
    }
    this.tick = tick;
  }

  rowsOf(tableId: number): Map<number, HeldRow> {
    let rows = this.rows.get(tableId);
    if (rows === undefined) this.rows.set(tableId, (rows = new Map()));
    return rows;
  }

  private applyPiece(piece: Uint8Array, tick: number): void {
    const handle = readPieceHandle(piece, 0);
    const held = this.watches.get(handle);
    assert(held !== undefined, `a piece of ${handle}, which is not watched`);
    held.tick = tick;
    const { table, watch, names } = held;
    const rows = this.rowsOf(table.id);
    const slotsOfKeys = this.slotsOfKeys.get(table.id) ?? new Map<unknown, number>();
    this.slotsOfKeys.set(table.id, slotsOfKeys);
    const { partitioning } = watch;
    const listed = new Set<number>();
    const flags = readPieceFlags(piece, 0);
    const isSnapshot = (flags & PIECE_SNAPSHOT) !== 0;
    if ((flags & PIECE_EVENTS) === 0) this.told.add(handle);
    assert(((flags & PIECE_EVENTS) !== 0) === table.isEvent, 'only event tables have event pieces');
    const sink: PieceSink = {
      leave: (name, to) => {
        const slot = names.get(name);
        names.delete(name);
        const row = slot === undefined ? undefined : rows.get(slot);
        if (row?.residences.get(partitioning) !== handle || row.transits.has(partitioning)) return;
        if (this.watches.has(to)) {
          row.residences.set(partitioning, to);
          row.transits.add(partitioning);
          this.transitCount++;
          return;
        }
        this.endings.push({ tableId: table.id, slot: slot!, isDeleted: to === LEAVE_DELETED });
        this.endResidence(rows, slot!, partitioning);
      },
      enter: (name, slot, values) => {
        if (slot < 0) {
          const events = this.events.get(table.id) ?? [];
          this.events.set(table.id, events);
          events.push([...values]);
          return;
        }
        const other = slotsOfKeys.get(values[0]) ?? slot;
        if (other !== slot && rows.get(other)?.values[0] === values[0]) {
          rows.delete(other);
          this.replacedKeyCount++;
        }
        slotsOfKeys.set(values[0], slot);
        let row = rows.get(slot);
        if (row === undefined) rows.set(slot, (row = { values: [], residences: new Map(), transits: new Set() }));
        row.values = [...values];
        row.residences.set(partitioning, handle);
        row.transits.delete(partitioning);
        assert(!names.has(name) || names.get(name) === slot || isSnapshot, 'a name is given to one row at a time');
        names.set(name, slot);
        listed.add(slot);
      },
      update: (name, changed, changedCount, values) => {
        const slot = names.get(name);
        assert(slot !== undefined, 'an update is for a name that was given');
        const row = rows.get(slot);
        if (row?.residences.get(partitioning) !== handle || row.transits.has(partitioning)) return;
        for (let i = 0; i < changedCount; i++) row.values[changed[i]!] = values[changed[i]!];
      },
      missedEvents: (count) => {
        this.missedEventCount += count;
      },
    };
    if (isSnapshot) names.clear();
    const end = decodePiece(piece, 0, table, watch, sink);
    assert(end === piece.length, 'a piece ends where its bytes end');
    if (!isSnapshot) return;
    this.sweepCount++;
    this.endResidences(held, (slot) => !listed.has(slot));
  }

  /** Who was on the way to a partition that was told of, and did not come, is there no more. */
  private endTransits(): void {
    for (const handle of this.told) {
      const held = this.watches.get(handle)!;
      const { partitioning } = held.watch;
      this.endResidences(held, (slot) => {
        const isLost = this.rowsOf(held.table.id).get(slot)!.transits.has(partitioning);
        if (isLost) this.lostTransitCount++;
        return isLost;
      });
    }
  }

  private endResidences({ table, watch }: HeldWatch, isOver: (slot: number) => boolean): void {
    const rows = this.rowsOf(table.id);
    for (const [slot, row] of rows) {
      if (row.residences.get(watch.partitioning) === watch.handle && isOver(slot)) {
        this.endResidence(rows, slot, watch.partitioning);
      }
    }
  }

  private endResidence(rows: Map<number, HeldRow>, slot: number, partitioning: number): void {
    const { residences, transits } = rows.get(slot)!;
    residences.delete(partitioning);
    transits.delete(partitioning);
    if (residences.size === 0) rows.delete(slot);
  }
}
