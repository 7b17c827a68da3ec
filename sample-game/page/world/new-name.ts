const FIRST = ['Mossy', 'Old', 'Quiet', 'Amber', 'Little', 'Brave', 'Misty', 'Merry'] as const;
const SECOND = ['Finch', 'Bramble', 'Hazel', 'Otter', 'Heron', 'Thistle', 'Acorn', 'Wren'] as const;

/** A name for somebody who has none yet. */
export function newName(): string {
  return `${pick(FIRST)} ${pick(SECOND)}`;
}

function pick(words: readonly string[]): string {
  return words[Math.floor(Math.random() * words.length)]!;
}
