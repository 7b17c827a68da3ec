import type { PieceSource } from './piece-port.ts';
import type { PairLayout } from './piece-layout.ts';

/** Updates of one column mask: names[start…start + count) and slots alike. */
export interface UpdateRun {
  /** Bit c of word c >>> 5: column c is sent. */
  readonly mask: Uint32Array;
  start: number;
  count: number;
}

export interface UpdateRuns {
  readonly runs: readonly UpdateRun[];
  runCount: number;
  /** By run, ascending within one. Scratch: valid until the next call. */
  names: Uint16Array;
  slots: Uint32Array;
}

/**
 * Sorts a piece's updates into runs of equal masks, in the order in which the masks first occur. A mask with one column of a
 * pair gets the other, since they travel together.
 */
export function groupUpdates(source: PieceSource, pair: PairLayout | null): UpdateRuns {
  const { updateCount, maskWords } = source;
  if (runOfUpdate.length < updateCount) growScratch(updateCount);
  runCount = 0;
  if (runByMask.size > 0) runByMask.clear();
  if (maskWords === 1) assignRuns(source, pair);
  else assignWideRuns(source, pair);
  let start = 0;
  for (let i = 0; i < runCount; i++) {
    runs[i]!.start = start;
    start += runs[i]!.count;
    runs[i]!.count = 0;
  }
  for (let i = 0; i < updateCount; i++) {
    const target = runs[runOfUpdate[i]!]!;
    const place = target.start + target.count++;
    result.names[place] = source.updateNames[i]!;
    result.slots[place] = source.updateSlots[i]!;
  }
  result.runCount = runCount;
  return result;
}

/** The mask that all updates have, with both columns of a pair or none, if it is of one word; 0: they differ, or it is longer. */
export function onlyMaskOf({ updateCount, updateMasks, maskWords }: PieceSource, pair: PairLayout | null): number {
  if (maskWords !== 1) return 0;
  const pairBits = pair === null ? 0 : (1 << pair.x) | (1 << pair.y);
  const first = updateMasks[0]!;
  for (let i = 1; i < updateCount; i++) if (updateMasks[i] !== first) return 0;
  return (first & pairBits) === 0 ? first : (first | pairBits) >>> 0;
}

/** Gives each update its run; masks of one word, as nearly all are. */
function assignRuns(source: PieceSource, pair: PairLayout | null): void {
  const { updateCount, updateMasks } = source;
  const pairBits = pair === null ? 0 : (1 << pair.x) | (1 << pair.y);
  let run = -1;
  let runMask = 0;
  for (let i = 0; i < updateCount; i++) {
    let mask = updateMasks[i]!;
    if ((mask & pairBits) !== 0) mask = (mask | pairBits) >>> 0;
    if (run === -1 || mask !== runMask) {
      current[0] = mask;
      run = findRun(1);
      runMask = mask;
    }
    runs[run]!.count++;
    runOfUpdate[i] = run;
  }
}

function assignWideRuns(source: PieceSource, pair: PairLayout | null): void {
  const { updateCount, updateMasks, maskWords } = source;
  let run = -1;
  for (let i = 0; i < updateCount; i++) {
    for (let word = 0; word < maskWords; word++) current[word] = updateMasks[i * maskWords + word]!;
    if (pair !== null && (has(current, pair.x) || has(current, pair.y))) {
      add(current, pair.x);
      add(current, pair.y);
    }
    if (run === -1 || !isMask(runs[run]!.mask, maskWords)) run = findRun(maskWords);
    runs[run]!.count++;
    runOfUpdate[i] = run;
  }
}

/** Words of a mask: 255 columns at most. */
const MASK_WORDS_MAX = 8;

// Scratch, reused from call to call: pieces are encoded one at a time, and this must not make garbage.
const runs: UpdateRun[] = [];
let runCount = 0;
const runByMask = new Map<number | string, number>();
const current = new Uint32Array(MASK_WORDS_MAX);
let runOfUpdate = new Uint16Array(64);
const result: UpdateRuns = { runs, runCount: 0, names: new Uint16Array(64), slots: new Uint32Array(64) };

function growScratch(count: number): void {
  const capacity = 2 ** Math.ceil(Math.log2(count));
  runOfUpdate = new Uint16Array(capacity);
  result.names = new Uint16Array(capacity);
  result.slots = new Uint32Array(capacity);
}

/** The run of the current mask, made when it is new. Few are looked through, many are looked up. */
function findRun(maskWords: number): number {
  if (runCount <= LINEAR_RUNS_MAX) {
    for (let run = 0; run < runCount; run++) if (isMask(runs[run]!.mask, maskWords)) return run;
    return addRun(maskWords);
  }
  if (runByMask.size === 0)
    for (let run = 0; run < runCount; run++) runByMask.set(keyOf(runs[run]!.mask, maskWords), run);
  const key = keyOf(current, maskWords);
  const known = runByMask.get(key);
  if (known !== undefined) return known;
  runByMask.set(key, runCount);
  return addRun(maskWords);
}

/** How many runs are looked through; nearly all pieces have one or two. */
const LINEAR_RUNS_MAX = 8;

function addRun(maskWords: number): number {
  const run = (runs[runCount] ??= { mask: new Uint32Array(MASK_WORDS_MAX), start: 0, count: 0 });
  for (let word = 0; word < MASK_WORDS_MAX; word++) run.mask[word] = word < maskWords ? current[word]! : 0;
  run.count = 0;
  return runCount++;
}

function keyOf(mask: Uint32Array, maskWords: number): number | string {
  return maskWords === 1 ? mask[0]! : mask.subarray(0, maskWords).join();
}

function isMask(mask: Uint32Array, maskWords: number): boolean {
  for (let word = 0; word < maskWords; word++) if (mask[word] !== current[word]) return false;
  return true;
}

function has(mask: Uint32Array, column: number): boolean {
  return (mask[column >>> 5]! & (1 << (column & 31))) !== 0;
}

function add(mask: Uint32Array, column: number): void {
  mask[column >>> 5]! |= 1 << (column & 31);
}
