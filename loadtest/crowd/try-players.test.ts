import { expect, test } from 'vitest';
import { CrowdLost } from './crowd-lost.ts';
import { tryPlayers } from './try-players.ts';

const ticks = { ticks: 100, p50Ms: 20, p99Ms: 30, left: 0 };
const HELD = { ticks, ticksDue: 100, messageShare: 1, inputShare: 1, wrong: [] };

test('a number of players is held, or not, for what was seen or because clients were lost; other errors pass', async () => {
  expect(await tryPlayers(7, async () => HELD)).toEqual({ bots: 7, isHeld: true, why: '', tickP99Ms: 30 });
  expect(await tryPlayers(7, async () => ({ ...HELD, inputShare: 0 }))).toMatchObject({ isHeld: false, tickP99Ms: 30 });
  const lost = tryPlayers(7, () => Promise.reject(new CrowdLost('player 3: refused')));
  expect(await lost).toEqual({ bots: 7, isHeld: false, why: 'player 3: refused', tickP99Ms: null });
  await expect(tryPlayers(7, () => Promise.reject(new Error('no such file')))).rejects.toThrow('no such file');
});
