import { expect, test } from 'vitest';
import { DAY_S, daylight, isNight } from '../../src/daylight.ts';
import { hourAt, hourText, secondsAtHour } from './world-hour.ts';

test('a day begins at five and has 24 hours, also days after the first dawn', () => {
  expect(hourAt(0)).toBe(5);
  expect(hourAt(DAY_S / 2)).toBe(17);
  expect(hourAt(DAY_S * 7 + DAY_S * 0.875)).toBeCloseTo(2);
});

test('an hour stands for the seconds after which clocks show it', () => {
  for (const hour of [0, 4.5, 5, 12, 23.9]) {
    expect(hourAt(secondsAtHour(hour))).toBeCloseTo(hour);
    expect(secondsAtHour(hour)).toBeGreaterThanOrEqual(0);
    expect(secondsAtHour(hour)).toBeLessThan(DAY_S);
  }
});

test('noon is light and an hour before midnight is night, as the module counts them', () => {
  expect(daylight(secondsAtHour(12))).toBe(1);
  expect(isNight(secondsAtHour(23))).toBe(true);
});

test('clocks write hours and tens of minutes', () => {
  expect(hourText(21.7)).toBe('21:40');
  expect(hourText(0)).toBe('00:00');
  expect(hourText(9.99)).toBe('09:50');
});
