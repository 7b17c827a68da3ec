import { grownTo } from '@tickbase/base';
import { ownIndexSources, ownSources, type Plan, type TablePlan, withOwnTables } from '@tickbase/schema/plan';
import {
  CHANGE_UPDATE,
  type ColumnView,
  type CommitRecord,
  type GridView,
  type TableChange,
  type TableView,
} from '../store/index.ts';

/** What of a record is looked at for who watches. */
export type TickChanges = Pick<CommitRecord, 'tick' | 'tables'>;

/**
 * What owners alone get of tables, as tables of their own behind those of the module: views of the same columns, and for each record the changes that
 * concern them. To all else in here they are tables like others, whose rows their owners see.
 */
export class OwnTables {
  readonly plan: Plan;
  /** By position in `plan.tables`. */
  readonly tables: readonly TableView[];
  readonly #owned: readonly OwnView[];
  /** By position of a table of the module: that of what its owners get; -1: nothing. */
  readonly #positions: readonly number[];

  constructor(plan: Plan, tables: readonly TableView[]) {
    this.plan = withOwnTables(plan);
    const bases = plan.tables.flatMap(({ own }, position) => (own === undefined ? [] : [position]));
    this.#owned = bases.map((base, i) => {
      const position = tables.length + i;
      return new OwnView(tables[base]!, position, this.plan.tables[position]!);
    });
    this.#positions = plan.tables.map((_, position) => {
      const i = bases.indexOf(position);
      return i < 0 ? -1 : tables.length + i;
    });
    this.tables = this.#owned.length === 0 ? tables : [...tables, ...this.#owned];
  }

  get isEmpty(): boolean {
    return this.#owned.length === 0;
  }

  positionOf(position: number): number {
    return this.#positions[position] ?? -1;
  }

  /** The record with the changes of these tables behind those of the module's. Valid until the next. */
  take(record: CommitRecord): TickChanges {
    if (this.#owned.length === 0) return record;
    const changes: TableChange[] = [];
    for (const owned of this.#owned) {
      const change = record.tables.find(({ position }) => position === owned.base.position);
      const taken = change === undefined ? null : owned.take(change);
      if (taken !== null) changes.push(taken);
    }
    return changes.length === 0 ? record : { tick: record.tick, tables: [...record.tables, ...changes] };
  }

  /** `moved`: by old position of the module's tables the new one, -1: gone. Returns the same for all tables of `old`. */
  withMoved(old: OwnTables, moved: readonly number[]): readonly number[] {
    if (old.isEmpty) return moved;
    return [...moved, ...old.#owned.map(({ base }) => this.positionOf(moved[base.position] ?? -1))];
  }
}

class OwnView implements TableView {
  readonly base: TableView;
  readonly plan: TablePlan;
  readonly position: number;
  readonly columns: readonly ColumnView[];
  readonly grid: GridView | null = null;
  /** By column position: that in the base. */
  readonly #sources: readonly number[];
  /** By index position: that in the base. */
  readonly #indexSources: readonly number[];
  /** u32[>= changes], u8[>= changes], u32[>= changes * maskWords]: of the last record. */
  #slots = new Uint32Array(0);
  #ops = new Uint8Array(0);
  #masks = new Uint32Array(0);

  constructor(base: TableView, position: number, plan: TablePlan) {
    this.base = base;
    this.position = position;
    this.plan = plan;
    this.#sources = ownSources(base.plan);
    this.#indexSources = ownIndexSources(base.plan);
    this.columns = this.#sources.map((source) => new OwnColumn(base, source));
  }

  get rowCapacity(): number {
    return this.base.rowCapacity;
  }

  get slotCount(): number {
    return this.base.slotCount;
  }

  get liveCount(): number {
    return this.base.liveCount;
  }

  get live(): Uint8Array {
    return this.base.live;
  }

  slotsByIndex(indexPosition: number, values: readonly unknown[]): readonly number[] {
    return this.base.slotsByIndex(this.#indexSources[indexPosition]!, values);
  }

  slotsBetween(indexPosition: number, from: unknown, to: unknown): readonly number[] {
    return this.base.slotsBetween(this.#indexSources[indexPosition]!, from, to);
  }

  valueAt(column: number, slot: number): unknown {
    return this.base.valueAt(this.#sources[column]!, slot);
  }

  /** Of the base's changes those of these columns; null: there are none. */
  take({ count, slots, ops, masks, maskWords }: TableChange): TableChange | null {
    const sources = this.#sources;
    const words = Math.ceil(sources.length / 32);
    this.#slots = grownTo(this.#slots, count);
    this.#ops = grownTo(this.#ops, count);
    this.#masks = grownTo(this.#masks, count * words);
    let taken = 0;
    for (let i = 0; i < count; i++) {
      this.#masks.fill(0, taken * words, (taken + 1) * words);
      let isAny = ops[i] !== CHANGE_UPDATE;
      for (let c = 0; c < sources.length; c++) {
        const source = sources[c]!;
        if ((masks[i * maskWords + (source >> 5)]! & (1 << (source & 31))) === 0) continue;
        this.#masks[taken * words + (c >> 5)]! |= 1 << (c & 31);
        isAny = true;
      }
      if (!isAny) continue;
      this.#slots[taken] = slots[i]!;
      this.#ops[taken] = ops[i]!;
      taken++;
    }
    if (taken === 0) return null;
    return {
      position: this.position,
      count: taken,
      slots: this.#slots,
      ops: this.#ops,
      maskWords: words,
      masks: this.#masks,
      cellsBefore: null,
      cellsAfter: null,
    };
  }
}

/** A column of the base, whose memory is another one when the table has grown. */
class OwnColumn implements ColumnView {
  readonly storage: ColumnView['storage'];
  readonly #base: TableView;
  readonly #source: number;

  constructor(base: TableView, source: number) {
    this.storage = base.columns[source]!.storage;
    this.#base = base;
    this.#source = source;
  }

  get data(): ColumnView['data'] {
    return this.#base.columns[this.#source]!.data;
  }
}
