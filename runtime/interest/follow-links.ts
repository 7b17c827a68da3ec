import type { TableView } from '../store/index.ts';

const NONE = -1;

/**
 * Which row of the followed table each row of a following table goes with, by slot, both ways. A follower whose target
 * is not there is nowhere. Following rows of one target are a doubly linked list in slot arrays.
 */
export class FollowLinks {
  readonly followers: TableView;
  readonly followed: TableView;
  private readonly column: number;
  private readonly columnIndex: number;
  private readonly keyIndex: number;
  private readonly keyColumn: number;
  /** By slot of the following table. */
  private targets = new Int32Array(0);
  private next = new Int32Array(0);
  private previous = new Int32Array(0);
  /** By slot of the followed table. */
  private heads = new Int32Array(0);

  constructor(followers: TableView, followed: TableView, column: number) {
    this.followers = followers;
    this.followed = followed;
    this.column = column;
    this.keyColumn = followed.plan.primaryKey![0]!;
    this.columnIndex = followers.plan.indexes.findIndex((index) => isOn(index.columns, column));
    this.keyIndex = followed.plan.indexes.findIndex((index) => isOn(index.columns, this.keyColumn));
    this.resize();
    if (followers.plan.isEvent) return; // Event rows come and go within a tick and are asked for one by one.
    for (let slot = 0; slot < followers.slotCount; slot++) if (followers.live[slot] === 1) this.relink(slot);
  }

  /** Makes room for slots that the tables have grown by. */
  resize(): void {
    this.targets = longer(this.targets, this.followers.rowCapacity);
    this.next = longer(this.next, this.followers.rowCapacity);
    this.previous = longer(this.previous, this.followers.rowCapacity);
    this.heads = longer(this.heads, this.followed.rowCapacity);
  }

  /** The grid cell in which a following row is, or -1. */
  cellOf(slot: number): number {
    const target = this.targets[slot]!;
    return target === NONE ? -1 : this.followed.grid!.cellOfSlot[target]!;
  }

  /** The cell of a row that was never linked (an event row). */
  cellOfUnlinked(slot: number): number {
    const target = this.findTarget(slot);
    return target === NONE ? -1 : this.followed.grid!.cellOfSlot[target]!;
  }

  /** Looks the row's target up again; a row that is no more has none. */
  relink(slot: number): void {
    const target = this.followers.live[slot] === 1 ? this.findTarget(slot) : NONE;
    if (target === this.targets[slot]) return;
    this.unlink(slot);
    if (target === NONE) return;
    const head = this.heads[target]!;
    this.targets[slot] = target;
    this.next[slot] = head;
    this.previous[slot] = NONE;
    if (head !== NONE) this.previous[head] = slot;
    this.heads[target] = slot;
  }

  /** Slots that follow a target now. */
  followersOf(target: number, take: (slot: number) => void): void {
    for (let slot = this.heads[target]!; slot !== NONE;) {
      const following = this.next[slot]!;
      take(slot);
      slot = following;
    }
  }

  /** Slots whose column names the target's key, whether they are linked to it or not yet. */
  namingTarget(target: number): readonly number[] {
    return this.followers.slotsByIndex(this.columnIndex, [this.followed.valueAt(this.keyColumn, target)]);
  }

  private findTarget(slot: number): number {
    const key = this.followers.valueAt(this.column, slot);
    return this.followed.slotsByIndex(this.keyIndex, [key])[0] ?? NONE;
  }

  private unlink(slot: number): void {
    const target = this.targets[slot]!;
    if (target === NONE) return;
    const next = this.next[slot]!;
    const previous = this.previous[slot]!;
    if (next !== NONE) this.previous[next] = previous;
    if (previous !== NONE) this.next[previous] = next;
    else this.heads[target] = next;
    this.targets[slot] = NONE;
    this.next[slot] = NONE;
    this.previous[slot] = NONE;
  }
}

function isOn(columns: readonly number[], column: number): boolean {
  return columns.length === 1 && columns[0] === column;
}

function longer(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  if (array.length >= length) return array;
  const grown = new Int32Array(length).fill(NONE);
  grown.set(array);
  return grown;
}
