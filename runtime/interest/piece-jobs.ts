import { grownTo } from '@tickbase/base';
import type { CellPlace, PieceSource } from '@tickbase/protocol';

/**
 * Pieces that are to be encoded by somebody else, who has the columns but not the partitions: what a PieceSource says of each, as words, u32[length].
 * A page whose news are several pieces has as many jobs, one after the other.
 */
export class PieceJobs {
  words = new Uint32Array(1024);
  length = 0;
  count = 0;

  clear(): void {
    this.length = 0;
    this.count = 0;
  }

  /** `position`: of the table, in the plan. */
  add(pageNumber: number, position: number, source: PieceSource): void {
    const { leaveCount, enterCount, updateCount, maskWords, cell } = source;
    const needed = HEAD_WORDS + 2 * (leaveCount + enterCount) + updateCount * (2 + maskWords);
    this.words = grownTo(this.words, this.length + needed);
    const { words } = this;
    let at = this.length;
    words[at++] = pageNumber;
    words[at++] = position;
    words[at++] = source.handle;
    words[at++] = source.flags | (source.isExact ? IS_EXACT : 0) | (cell === null ? 0 : HAS_CELL);
    words[at++] = cell === null ? 0 : cell.space;
    words[at++] = cell === null ? 0 : cell.cellX;
    words[at++] = cell === null ? 0 : cell.cellY;
    words[at++] = leaveCount;
    words[at++] = enterCount;
    words[at++] = updateCount;
    for (let i = 0; i < leaveCount; i++) {
      words[at++] = source.leaveNames[i]!;
      words[at++] = source.leaveTo[i]!;
    }
    for (let i = 0; i < enterCount; i++) {
      words[at++] = source.enterNames[i]!;
      words[at++] = source.enterSlots[i]!;
    }
    for (let i = 0; i < updateCount; i++) {
      words[at++] = source.updateNames[i]!;
      words[at++] = source.updateSlots[i]!;
      for (let w = 0; w < maskWords; w++) words[at++] = source.updateMasks[i * maskWords + w]!;
    }
    this.length = at;
    this.count++;
  }
}

/** Reads the jobs back, one by one, into `source`, whose table and columns `open` sets, by the table's position. */
export class PieceJobReader {
  pageNumber = 0;
  private readonly source: PieceSource;
  private readonly open: (position: number) => void;
  private readonly cell: CellPlace = { space: 0, cellX: 0, cellY: 0 };
  private words: Uint32Array = new Uint32Array(0);
  private at = 0;
  private end = 0;

  constructor(source: PieceSource, open: (position: number) => void) {
    this.source = source;
    this.open = open;
  }

  begin(words: Uint32Array, length: number): void {
    this.words = words;
    this.at = 0;
    this.end = length;
  }

  /** False: there are no more. */
  next(): boolean {
    if (this.at === this.end) return false;
    const { words, source, cell } = this;
    let { at } = this;
    this.pageNumber = words[at++]!;
    this.open(words[at++]!);
    source.handle = words[at++]!;
    const bits = words[at++]!;
    source.flags = bits & FLAG_BITS;
    source.isExact = (bits & IS_EXACT) !== 0;
    source.cell = (bits & HAS_CELL) === 0 ? null : cell;
    cell.space = words[at++]!;
    cell.cellX = words[at++]! | 0;
    cell.cellY = words[at++]! | 0;
    const leaveCount = words[at++]!;
    const enterCount = words[at++]!;
    const updateCount = words[at++]!;
    const { maskWords } = source;
    source.leaveNames = grownTo(source.leaveNames, leaveCount);
    source.leaveTo = grownTo(source.leaveTo, leaveCount);
    source.enterNames = grownTo(source.enterNames, enterCount);
    source.enterSlots = grownTo(source.enterSlots, enterCount);
    source.updateNames = grownTo(source.updateNames, updateCount);
    source.updateSlots = grownTo(source.updateSlots, updateCount);
    source.updateMasks = grownTo(source.updateMasks, updateCount * maskWords);
    for (let i = 0; i < leaveCount; i++) {
      source.leaveNames[i] = words[at++]!;
      source.leaveTo[i] = words[at++]!;
    }
    for (let i = 0; i < enterCount; i++) {
      source.enterNames[i] = words[at++]!;
      source.enterSlots[i] = words[at++]!;
    }
    for (let i = 0; i < updateCount; i++) {
      source.updateNames[i] = words[at++]!;
      source.updateSlots[i] = words[at++]!;
      for (let w = 0; w < maskWords; w++) source.updateMasks[i * maskWords + w] = words[at++]!;
    }
    source.leaveCount = leaveCount;
    source.enterCount = enterCount;
    source.updateCount = updateCount;
    this.at = at;
    return true;
  }
}

const HEAD_WORDS = 10;
/** Above the PIECE_* bits. */
const FLAG_BITS = 0xff;
const IS_EXACT = 0x100;
const HAS_CELL = 0x200;
