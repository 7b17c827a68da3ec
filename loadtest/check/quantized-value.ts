import type { QuantizePlan } from '@tickbase/schema/plan';
import { quantizedInteger } from './quantized-integer.ts';

/** What a client shows for `x` in a quantized column, worked out from WIRE.md as the integer is: so many steps, or parts of a turn. */
export function quantizedValue(quantize: QuantizePlan, x: number, isF32: boolean): number {
  const step = quantize.kind === 'step' ? quantize.step : (2 * Math.PI) / 2 ** quantize.bits;
  const value = quantizedInteger(quantize, x) * step;
  return isF32 ? Math.fround(value) : value;
}
