/** Sorts slots ascending, in place. Few are sorted by insertion: a comparator call costs more than the moves that it saves. */
export function sortSlots(slots: number[]): number[] {
  if (slots.length > INSERTION_MAX) {
    const sorted = Uint32Array.from(slots).sort();
    for (let i = 0; i < sorted.length; i++) slots[i] = sorted[i]!;
    return slots;
  }
  for (let i = 1; i < slots.length; i++) {
    const slot = slots[i]!;
    let at = i;
    for (; at > 0 && slots[at - 1]! > slot; at--) slots[at] = slots[at - 1]!;
    slots[at] = slot;
  }
  return slots;
}

const INSERTION_MAX = 96;
