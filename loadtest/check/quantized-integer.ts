import type { QuantizePlan } from '@tickbase/schema/plan';

/**
 * The integer by which a quantized column is compared, worked out from WIRE.md, "Quantization", and not by the code that the server and
 * the client share: round(x / step), a half upwards; for an angle the nearest of 2^bits parts of a turn, counted from 0 again
 * after the last. Values beyond 2^51 steps count as 2^51.
 */
export function quantizedInteger(quantize: QuantizePlan, x: number): number {
  if (!Number.isFinite(x)) return x;
  if (quantize.kind === 'angle') {
    const parts = 2 ** quantize.bits;
    const turns = x / (2 * Math.PI);
    return Math.floor((turns - Math.floor(turns)) * parts + 0.5) % parts;
  }
  const steps = x / quantize.step;
  const whole = Math.floor(steps);
  const rounded = steps - whole >= 0.5 ? whole + 1 : whole;
  return Math.max(-(2 ** 51), Math.min(2 ** 51, rounded)) + 0;
}
