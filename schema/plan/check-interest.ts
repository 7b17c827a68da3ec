import { schemaError } from '../errors/schema-error.ts';
import type { InterestTier, Plan } from './plan.ts';

/** Refuses numbers of an interest that mean nothing. */
export function checkInterest({ interest, tables, tickRate }: Plan): void {
  if (interest === null) return;
  const { radiusMax, tiers, bytesPerSecond, rowsMax } = interest;
  if (!(Number.isFinite(radiusMax) && radiusMax > 0)) {
    throw schemaError(
      'INTEREST_RADIUS',
      'interest',
      `radiusMax is ${String(radiusMax)}, which is no finite number above 0`,
    );
  }
  if (!tables.some(({ spatial }) => spatial?.kind === 'position'))
    throw schemaError('INTEREST_WITHOUT_SPATIAL', 'interest');
  if (tiers.length > 0 && tickRate === 0) throw schemaError('INTEREST_WITHOUT_TICK', 'interest');
  let before: InterestTier = { beyond: 0, everyTicks: 1 };
  for (const tier of tiers) {
    checkTier(tier, before);
    before = tier;
  }
  if (!(Number.isFinite(bytesPerSecond) && bytesPerSecond >= BYTES_PER_SECOND_MIN)) {
    const why = `bytesPerSecond is ${String(bytesPerSecond)}, which is no number from ${BYTES_PER_SECOND_MIN} on`;
    throw schemaError('INTEREST_BYTES', 'interest', why);
  }
  if (rowsMax !== null && !(Number.isInteger(rowsMax) && rowsMax >= 1)) {
    throw schemaError('INTEREST_ROWS', 'interest', `rowsMax is ${String(rowsMax)}, which is no whole number from 1 on`);
  }
}

function checkTier({ beyond, everyTicks }: InterestTier, before: InterestTier): void {
  if (!(Number.isFinite(beyond) && beyond > before.beyond)) {
    const why = `a tier is beyond ${String(beyond)}, which is no finite number above ${before.beyond}`;
    throw schemaError('INTEREST_TIERS', 'interest', why);
  }
  if (!PERIODS.includes(everyTicks) || everyTicks <= before.everyTicks) {
    const why = `the tier beyond ${beyond} has everyTicks ${String(everyTicks)}, which is not one of ${PERIODS.join(', ')} above ${before.everyTicks}`;
    throw schemaError('INTEREST_TIERS', 'interest', why);
  }
}

/** Powers of two, so that ticks of a slow tier are ticks of every faster one. */
const PERIODS: readonly number[] = [2, 4, 8, 16, 32];
/** With less the own cell of a client would lag by seconds. */
export const BYTES_PER_SECOND_MIN = 2_048;
