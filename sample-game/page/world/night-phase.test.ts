import { expect, test } from 'vitest';
import { DAY_S, isNight } from '../../src/daylight.ts';
import { Space } from '../../src/terrain/places.ts';
import { nightPhase } from './night-phase.ts';

test('dusk comes between day and night, and lasts long enough to build a fire', () => {
  const phases = Array.from({ length: DAY_S }, (_, second) => nightPhase(second, Space.Land));
  const changes = phases.filter((phase, second) => phase !== phases[second - 1]);
  expect(changes).toEqual(['night', 'day', 'dusk', 'night']);
  expect(phases.filter((phase) => phase === 'dusk')).toHaveLength(45);
});

test('it is night just when wolves hunt', () => {
  for (let second = 0; second < DAY_S; second += 7) {
    expect(nightPhase(second, Space.Land) === 'night', `${second}`).toBe(isNight(second));
  }
});

test('in the cave nothing is to be feared', () => {
  expect([310, 400].map((second) => nightPhase(second, Space.Cave))).toEqual(['day', 'day']);
});
