/** A seed for a run that names none: u32. */
export function randomSeed(): number {
  return Math.floor(Math.random() * 0x1_0000_0000);
}
