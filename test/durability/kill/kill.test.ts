import { describe, expect, test } from 'vitest';
import { killSummary } from './fuzz-kill.ts';
import { KILL_FORMS } from './kill-forms.ts';
import { runKills } from './kill-run.ts';

/** Kills of each form. */
const KILLS = 5;

/** Each run has other moments; a failure names its seed. `npm run fuzz -- kill --rounds 1000` goes on. */
describe('whatever was confirmed is there after each kill', () => {
  test.each(Object.entries(KILL_FORMS))('%s', async (name, form) => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    const lines: string[] = [];
    const counts = await runKills({ seed, rounds: KILLS, form, tell: (line) => void lines.push(`${name}, ${line}`) });
    process.stdout.write(`${lines.join('\n')}\n${name}: ${killSummary(counts)}\n`);
    expect(counts.rounds).toBeGreaterThanOrEqual(KILLS);
    expect(counts.audits).toBeGreaterThan(0);
    expect(counts.confirmed).toBeGreaterThan(0);
  });
});
