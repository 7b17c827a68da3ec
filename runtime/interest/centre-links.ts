import { assert, grownTo } from '@tickbase/base';
import { CHANGE_UPDATE, type TableChange, type TableView } from '../store/index.ts';
import { changedColumns } from './changed-columns.ts';
import { NO_LINK, SlotLinks } from './slot-links.ts';
import type { Viewer } from './viewer.ts';

/**
 * Centres that move with rows of one spatial table. What a tick needs of a centre that has hardly moved is in one line of
 * plain numbers, so that neither the module nor the viewer is asked.
 */
export class CentreLinks {
  private readonly table: TableView;
  private readonly links = new SlotLinks();
  /** f64 by link, LINE numbers each: space, x, y now; then where the viewer's reaches were settled last, and the square of how far they stay so. */
  private lines = new Float64Array(0);
  /** The columns that hold the place, as one word. */
  private readonly placeColumns: number;

  constructor(table: TableView) {
    assert(table.plan.spatial?.kind === 'position', 'a centre moves with rows that have a position');
    this.table = table;
    const { x, y, space } = table.plan.spatial;
    this.placeColumns = bitOf(x) | bitOf(y) | (space === null ? 0 : bitOf(space));
  }

  /** The centre is where the row is now; its reaches are not settled. Returns the link. */
  add(slot: number, viewer: Viewer): number {
    const link = this.links.add(slot, viewer);
    this.lines = grownTo(this.lines, LINE * (link + 1));
    this.moveTo(link, slot);
    this.lines[LINE * link + SETTLED_SQUARE] = -1;
    return link;
  }

  remove(link: number): void {
    this.links.remove(link);
  }

  /** The centre is where the row in `slot` is now. */
  moveTo(link: number, slot: number): void {
    const { lines, table } = this;
    const { columns } = table;
    const spatial = table.plan.spatial as { readonly x: number; readonly y: number; readonly space: number | null };
    const line = LINE * link;
    lines[line] = spatial.space === null ? 0 : (columns[spatial.space]!.data[slot] as number);
    lines[line + 1] = columns[spatial.x]!.data[slot] as number;
    lines[line + 2] = columns[spatial.y]!.data[slot] as number;
  }

  /** Copies space, x, y of a centre to out[at…at + 3). */
  read(link: number, out: Float64Array, at: number): void {
    const line = LINE * link;
    for (let i = 0; i < 3; i++) out[at + i] = this.lines[line + i]!;
  }

  /** The viewer's reaches stay what they are while the centre is less than `slackM` from where it is now. */
  settle(link: number, slackM: number): void {
    const { lines } = this;
    const line = LINE * link;
    for (let i = 0; i < 3; i++) lines[line + 3 + i] = lines[line + i]!;
    lines[line + SETTLED_SQUARE] = slackM <= 0 ? -1 : slackM * slackM;
  }

  /** Moves the centres of changed rows, and calls `unsettled` for viewers whose reaches may be others now; for some more than once. */
  follow(change: TableChange, unsettled: (viewer: Viewer) => void): void {
    for (let i = 0; i < change.count; i++) {
      const slot = change.slots[i]!;
      let link = this.links.firstOf(slot);
      if (link === NO_LINK) continue;
      if (change.ops[i] === CHANGE_UPDATE && (changedColumns(change, i) & this.placeColumns) === 0) continue;
      for (; link !== NO_LINK; link = this.links.after(link)) {
        this.moveTo(link, slot);
        if (!this.isSettled(link)) unsettled(this.links.viewers[link]!);
      }
    }
  }

  private isSettled(link: number): boolean {
    const { lines } = this;
    const line = LINE * link;
    const dx = lines[line + 1]! - lines[line + 4]!;
    const dy = lines[line + 2]! - lines[line + 5]!;
    return lines[line] === lines[line + 3] && dx * dx + dy * dy < lines[line + SETTLED_SQUARE]!;
  }
}

/** Numbers a link; a line of the cache. */
const LINE = 8;
const SETTLED_SQUARE = 6;

function bitOf(column: number): number {
  return 1 << Math.min(column, 31);
}
