import { build, decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js';

/** Microseconds with three digits, from one upwards; it grows with what it is given. */
export function latencyHistogram(): Histogram {
  return build({ lowestDiscernibleValue: 1, numberOfSignificantValueDigits: 3, autoResize: true });
}

/** What several processes have measured, each as hdr-histogram-js encodes it. A decoded histogram does not grow, so that none of them can take in the others. */
export function mergeLatencies(encoded: readonly string[]): Histogram {
  const merged = latencyHistogram();
  for (const text of encoded) merged.add(decodeFromCompressedBase64(text));
  return merged;
}
