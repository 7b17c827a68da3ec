import { FLOOD_FACTOR } from './gateway-limits.ts';
import type { LinkRefusal } from './link-refusal.ts';

/** What a client is told whose item is refused for a rate. */
export function rateMessage(limit: string, perSecond: number): string {
  return `more than ${perSecond} a second (${limit})`;
}

/** What ends the link of a client that floods. */
export function floodRefusal(limit: string, perSecond: number): LinkRefusal {
  return {
    close: 'TOO_MUCH',
    code: 'RATE_LIMITED',
    message: `more than ${FLOOD_FACTOR} times ${perSecond} a second (${limit})`,
  };
}
