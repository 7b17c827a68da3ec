import type { LoadReport } from './load-report.ts';

/** So many frames of a hundred may be skipped because their clients were behind, and so many ticks left out. */
const SHARE_LOST_MAX = 0.01;
const SHARE_DROPPED_MAX = 0.05;

/**
 * Why a run does not hold its players with a tick's p99 of at most this; empty: it does. A server whose clients do not keep up has less to do, so that its ticks alone
 * are no proof.
 */
export function whyNotHeld(report: LoadReport, p99Ms: number): string {
  const { errors, mismatches, tickP99Ms, ticks, tickRate, seconds, framesSkipped, framesPerSecond } = report;
  if (errors > 0) return `${errors} errors: ${report.errorTexts[0]?.text ?? ''}`;
  if ((mismatches ?? 0) > 0) return `${mismatches} mismatches`;
  if (tickP99Ms === null || tickP99Ms > p99Ms) return `tick p99 ${tickP99Ms} ms`;
  if (ticks !== null && tickRate !== null && ticks < (1 - SHARE_DROPPED_MAX) * tickRate * seconds) {
    return `only ${ticks} ticks in ${seconds} s`;
  }
  if (framesSkipped !== null && framesSkipped > SHARE_LOST_MAX * framesPerSecond * seconds) {
    return `clients were behind: ${framesSkipped} frames skipped`;
  }
  return '';
}
