/**
 * The known name that was likely meant by one that is not known: a letter too many or too few, another one, or two that changed places, once
 * in every three letters. Null: none is near. Among equals the first.
 */
export function nearestName(name: string, known: readonly string[]): string | null {
  const editsMax = Math.max(1, Math.floor(name.length / 3));
  let nearest: string | null = null;
  let fewest = editsMax + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= fewest) continue;
    const edits = editsBetween(name.toLowerCase(), candidate.toLowerCase());
    if (edits >= fewest || edits >= candidate.length) continue;
    nearest = candidate;
    fewest = edits;
  }
  return nearest;
}

/** Optimal string alignment: Levenshtein's distance, in which two neighbours that changed places count once. */
function editsBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const next = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      let edits = Math.min(last[column]! + 1, next[column - 1]! + 1, last[column - 1]! + (isSame ? 0 : 1));
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwapped) edits = Math.min(edits, beforeLast[column - 2]! + 1);
      next.push(edits);
    }
    beforeLast = last;
    last = next;
  }
  return last[b.length]!;
}
