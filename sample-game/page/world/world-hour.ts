import { DAY_S } from '../../src/daylight.ts';

/** What clocks show at dawn. */
const DAWN_HOUR = 5;
const HOURS_A_DAY = 24;

/** The hour that clocks show, 0 up to 24, so long after a dawn. */
export function hourAt(secondsSinceDawn: number): number {
  const hours = DAWN_HOUR + (secondsSinceDawn / DAY_S) * HOURS_A_DAY;
  return hours - HOURS_A_DAY * Math.floor(hours / HOURS_A_DAY);
}

/** The other way round: the seconds from a dawn to an hour, less than a day. */
export function secondsAtHour(hour: number): number {
  const hours = hour - DAWN_HOUR;
  return ((hours - HOURS_A_DAY * Math.floor(hours / HOURS_A_DAY)) / HOURS_A_DAY) * DAY_S;
}

/** As clocks write it: `21:40`. In steps of ten minutes, since one passes in about three seconds. */
export function hourText(hour: number): string {
  const minutes = Math.floor((hour % 1) * 6) * 10;
  return `${String(Math.floor(hour)).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}
