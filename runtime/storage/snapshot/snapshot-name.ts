/** `0000000000004711.snap`: the tick that the snapshot holds, so that names sort as ticks do. */
export function snapshotName(tick: number): string {
  return `${String(tick).padStart(16, '0')}.snap`;
}

/** The tick of a snapshot; null for the name of any other file. */
export function tickOfSnapshot(name: string): number | null {
  return /^\d{16}\.snap$/.test(name) ? Number(name.slice(0, 16)) : null;
}

/** While it is written a snapshot has this behind its name: what is called so after a crash was never whole. */
export const UNFINISHED_SUFFIX = '.next';
