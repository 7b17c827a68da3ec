import type { LightBotCounts } from '../light-bot.ts';

export function sumOfCounts(all: Iterable<LightBotCounts>): LightBotCounts {
  const total: LightBotCounts = { messages: 0, bytes: 0, updates: 0, results: 0, refusals: 0 };
  for (const counts of all) {
    for (const key of Object.keys(total) as (keyof LightBotCounts)[]) total[key] += counts[key];
  }
  return total;
}
