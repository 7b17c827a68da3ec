/** A number of bytes for people: `512 bytes`, `1.5 MB`. */
export function byteText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let place = 0;
  let count = bytes;
  while (count >= 1000 && place < units.length - 1) {
    count /= 1000;
    place++;
  }
  return `${place === 0 ? count : count.toFixed(1)} ${units[place]!}`;
}
