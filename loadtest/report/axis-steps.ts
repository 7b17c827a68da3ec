/** Round numbers from 0 up to at least `max`, some five of them: where an axis has its marks. */
export function axisSteps(max: number): number[] {
  if (!(max > 0)) return [0, 1];
  const rough = max / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const count = Math.ceil((max / step) * 0.9999);
  // 3 * 0.1 is no round number.
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}
