import type { EventPieces } from './event-ring.ts';
import type { Partition } from './partition.ts';
import { cellOf } from './piece-builder.ts';
import type { Viewer } from './viewer.ts';

/**
 * Events that viewers of an old diff builder have not been sent go over to the new one. A partition takes those of the same one there; where
 * that is not found, or its rows look otherwise on the wire by now, they count as missed: too many rather than too few.
 */
export function inheritEvents(
  old: readonly (Viewer | null)[],
  viewers: readonly (Viewer | null)[],
  tick: number,
): void {
  const known = new Map<string, Partition>();
  for (const { partition } of eventWatchings(old)) known.set(nameOf(partition), partition);
  if (known.size === 0) return;
  const heirs = new Map<Partition, Partition | null>();
  for (const { partition } of eventWatchings(viewers)) {
    if (heirs.has(partition)) continue;
    const before = known.get(nameOf(partition)) ?? null;
    heirs.set(partition, before);
    const sources =
      before === null ? [...known.values()].filter((one) => tableIdOf(one) === tableIdOf(partition)) : [before];
    const handle = (): number => partition.partitioning.openEvents(partition, tick).handle;
    const isSameForm = before !== null && wireText(before) === wireText(partition);
    for (const { events } of sources) {
      if (events!.isFresh) continue;
      const given = handle();
      partition.events!.inherit(events!, isSameForm ? (pieces) => underHandle(pieces, given) : null);
    }
  }
  for (const [id, viewer] of viewers.entries()) {
    for (const watching of viewer?.watchings.values() ?? []) {
      const { partition } = watching;
      if (partition.events === null) continue;
      const before = heirs.get(partition);
      const known = before && old[id]!.watchings.get(before);
      if (known) watching.goOnFrom(known);
      else watching.sinceTick = viewer!.sentTick;
    }
  }
}

function* eventWatchings(viewers: readonly (Viewer | null)[]): Generator<{ readonly partition: Partition }> {
  for (const viewer of viewers) {
    for (const watching of viewer?.watchings.values() ?? []) if (watching.partition.events !== null) yield watching;
  }
}

/** The same for the same partition of a table that has not changed. */
function nameOf(partition: Partition): string {
  const { rule } = partition.partitioning;
  const key = partition.key === null ? '' : JSON.stringify([[...partition.key.words], partition.key.texts]);
  return `${tableIdOf(partition)} ${rule.text} ${JSON.stringify(cellOf(partition))} ${key}`;
}

function tableIdOf({ partitioning }: Partition): number {
  return partitioning.tracker.plan.id;
}

function wireText({ partitioning }: Partition): string {
  return JSON.stringify(partitioning.tracker.wire);
}

/** Each piece begins with its handle, and the length of its body. */
function underHandle({ bytes, count }: EventPieces, handle: number): EventPieces {
  const copy = bytes.slice();
  const data = new DataView(copy.buffer);
  for (let at = 0, i = 0; i < count; i++) {
    data.setUint32(at, handle, true);
    at += PIECE_HEAD_BYTES + (data.getUint32(at + 4, true) & 0xff_ffff);
  }
  return { bytes: copy, count };
}

const PIECE_HEAD_BYTES = 8;
