/** One bot in ten checks, and the first one always; beyond 500 bots, 50 of them at even distances: each costs as much as many others. */
export function isChecking(number: number, bots: number): boolean {
  return number % Math.max(10, Math.ceil(bots / CHECKING_MAX)) === 0;
}

const CHECKING_MAX = 50;
