/** `0000000001.log`, `0000000002.log`, …: segments are numbered from 1 over the whole life of the database. */
export function segmentName(number: number): string {
  return `${String(number).padStart(10, '0')}.log`;
}

/** The number of a segment; null for the name of any other file. */
export function segmentNumberOf(name: string): number | null {
  return /^\d{10}\.log$/.test(name) && name !== '0000000000.log' ? Number(name.slice(0, 10)) : null;
}
