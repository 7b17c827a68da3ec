/** What the bots are called, in order; after the last one a number is added. */
const NAMES = [
  'Fern',
  'Juniper',
  'Tansy',
  'Wren',
  'Pip',
  'Alder',
  'Bryony',
  'Cob',
  'Dill',
  'Elder',
  'Finch',
  'Gorse',
  'Hazel',
  'Ivy',
  'Jay',
  'Kestrel',
  'Linnet',
  'Moss',
  'Nettle',
  'Orris',
  'Poppy',
  'Quill',
  'Rowan',
  'Sorrel',
] as const;

export function botName(index: number): string {
  const name = NAMES[index % NAMES.length]!;
  const round = Math.floor(index / NAMES.length);
  return round === 0 ? name : `${name} ${round + 1}`;
}
