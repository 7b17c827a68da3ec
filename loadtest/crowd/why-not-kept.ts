import type { LoadFigures } from './load-window.ts';

const TICK_P99_MS_MAX = 50;
const SHARE_MIN = 0.95;

/** Why a number of players does not count as held; empty when it does. */
export function whyNotKept({ ticks, ticksDue, messageShare, inputShare, wrong }: WhatWasSeen): string {
  if (ticks.p99Ms >= TICK_P99_MS_MAX) return `a tick's p99 of ${ticks.p99Ms.toFixed(1)} ms`;
  if (ticks.ticks < SHARE_MIN * ticksDue) return `${ticks.ticks} ticks where ${ticksDue} were due`;
  if (messageShare < SHARE_MIN) return `clients got ${(messageShare * 100).toFixed(0)} % of their messages`;
  if (inputShare < SHARE_MIN)
    return `the bots sent ${(inputShare * 100).toFixed(0)} % of their inputs: the machine is full`;
  return wrong?.[0] ?? '';
}

export interface WhatWasSeen extends Pick<LoadFigures, 'ticks' | 'ticksDue' | 'messageShare' | 'inputShare'> {
  /** Of servers that show something. */
  readonly wrong?: readonly string[];
}
