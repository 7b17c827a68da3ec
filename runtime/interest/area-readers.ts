import { grownTo } from '@tickbase/base';
import { CHANGE_UPDATE, type TableChange } from '../store/index.ts';
import { changedColumns } from './changed-columns.ts';
import { NO_LINK, SlotLinks } from './slot-links.ts';
import type { Viewer } from './viewer.ts';

/** Whose interest functions read what of one table. */
export class AreaReaders {
  /** Viewers that read the whole table. */
  readonly wholeTable = new Set<Viewer>();
  private readonly links = new SlotLinks();
  /** u32 by link: the columns that were looked at, see AreaSource. */
  private columns = new Uint32Array(0);

  /** Returns the link to hand to `remove`. */
  add(slot: number, columns: number, viewer: Viewer): number {
    const link = this.links.add(slot, viewer);
    this.columns = grownTo(this.columns, link + 1);
    this.columns[link] = columns;
    return link;
  }

  remove(link: number): void {
    this.links.remove(link);
  }

  /** Calls `take` with the viewers whose reads the change concerns; with some of them more than once. */
  forEachConcerned(change: TableChange, take: (viewer: Viewer) => void): void {
    this.wholeTable.forEach(take);
    for (let i = 0; i < change.count; i++) {
      let link = this.links.firstOf(change.slots[i]!);
      if (link === NO_LINK) continue;
      const columns = change.ops[i] === CHANGE_UPDATE ? changedColumns(change, i) : ALL_COLUMNS;
      for (; link !== NO_LINK; link = this.links.after(link)) {
        if ((this.columns[link]! & columns) !== 0) take(this.links.viewers[link]!);
      }
    }
  }
}

const ALL_COLUMNS = 0xffff_ffff;
