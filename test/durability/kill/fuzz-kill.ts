import { KILL_FORMS } from './kill-forms.ts';
import { type KillCounts, runKills } from './kill-run.ts';

export interface KillFuzzOptions {
  readonly seed: number;
  readonly seconds: number;
  /** So many kills, however long they take. */
  readonly rounds?: number;
  readonly now: () => number;
}

/** Kills of all forms in turn, each kill a line. Throws at the first loss. */
export async function fuzzKill({ seed, seconds, rounds, now }: KillFuzzOptions): Promise<{ cases: number }> {
  const endMs = now() + seconds * 1000;
  const forms = Object.entries(KILL_FORMS);
  let cases = 0;
  const isOver = (): boolean => (rounds === undefined ? now() >= endMs : cases >= rounds);
  for (let i = 0; !isOver(); i++) {
    const [name, form] = forms[i % forms.length]!;
    const left = rounds === undefined ? KILLS_EACH : Math.min(KILLS_EACH, rounds - cases);
    const counts = await runKills({
      seed: seed + i,
      rounds: left,
      form,
      tell: (line) => process.stdout.write(`${name}, ${line}\n`),
      isOver: () => rounds === undefined && now() >= endMs,
    });
    cases += counts.rounds;
    process.stdout.write(`${name}: ${killSummary(counts)}\n`);
  }
  return { cases };
}

/** A folder goes through so many lives before a new one is begun. */
const KILLS_EACH = 100;

/** One line of what a run of kills has met. */
export function killSummary({
  rounds,
  audits,
  publishes,
  confirmed,
  phases,
  outcomes,
  numbersSeen,
}: KillCounts): string {
  return `${rounds} kills, ${audits} audits, ${publishes} publishes, ${confirmed} confirmations, ${numbersSeen} numbers given; killed in: ${listOf(phases)}; promises: ${listOf(outcomes)}`;
}

function listOf(counts: ReadonlyMap<string, number>): string {
  return Array.from(counts, ([what, count]) => `${what} ${count}`)
    .sort()
    .join(', ');
}
