/** One bot in ten checks, and the first one always. */
export function isChecking(number: number): boolean {
  return number % 10 === 0;
}
