import { test } from 'vitest';
import { TickScene } from './testing/tick-scene.ts';

test('each session that a crash left open ends with its hook in one tick, and the log is told which', () => {
  new TickScene().specify(`
    lost   ann bob
    expect begin 101 at 5000000
    expect hook clientDisconnected for ann
    expect forget ann
    expect hook clientDisconnected for bob
    expect forget bob
    expect seal
    expect log 101 closes 80 closes 81
    expect diffs 101
    expect sections 101
  `);
});

for (const how of ['failed WHY', 'hangs']) {
  test(`a session ends although its hook ${how}`, () => {
    const scene = new TickScene({ callMsMax: 300 });
    scene.specify(`
      throws clientDisconnected ${how}
      lost   ann bob
      expect begin 101 at 5000000
      expect hook clientDisconnected for ann
      ${how === 'hangs' ? 'expect recover 300' : ''}
      expect forget ann
      expect hook clientDisconnected for bob
      ${how === 'hangs' ? 'expect recover 300' : ''}
      expect forget bob
      expect seal
      expect log 101 closes 80 closes 81
      expect diffs 101
      expect sections 101
    `);
  });
}
