/**
 * The one arithmetic of quantized columns (WIRE.md, "Quantization"): IEEE doubles, the operations in the order written here, so that
 * every language finds the same integer and the same float.
 */
import type { QuantizePlan } from '@tickbase/schema/plan';

export const TURN = 6.283185307179586;

/** Integers of steps saturate here: beyond it a double of k * step has lost the step anyway. */
export const STEPS_MAX = 2 ** 51;

/**
 * The integer that stands for `x`: round(x / step), or the angle's round(turns * 2^bits) mod 2^bits. A half is rounded
 * up. NaN and infinities stand for themselves. `min` and `max` do not bend it: they only choose the width on the wire.
 */
export function quantizeToInteger(quantize: QuantizePlan, x: number): number {
  if (quantize.kind === 'step') {
    const k = Math.round(x / quantize.step);
    if (k > STEPS_MAX) return x === Infinity ? Infinity : STEPS_MAX;
    if (k < -STEPS_MAX) return x === -Infinity ? -Infinity : -STEPS_MAX;
    return k + 0; // makes 0 of -0
  }
  if (!Number.isFinite(x)) return x;
  const turns = x / TURN;
  const size = 1 << quantize.bits;
  const k = Math.round((turns - Math.floor(turns)) * size);
  return k === size ? 0 : k;
}

/** The float that a client shows for `k`; f32 columns are rounded to 32 bits. */
export function dequantize(quantize: QuantizePlan, k: number, isF32: boolean): number {
  const x = k * quantizeUnit(quantize);
  return isF32 ? Math.fround(x) : x;
}

/** What one of an integer's steps is worth: the step, or a turn's 2^bits-th part. */
export function quantizeUnit(quantize: QuantizePlan): number {
  return quantize.kind === 'step' ? quantize.step : TURN / (1 << quantize.bits);
}
