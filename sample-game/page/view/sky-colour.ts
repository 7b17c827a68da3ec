/** The open sky's colours from the dark of the night to full day: what is left of red, green and blue, 0…255. */
const SHADES: readonly (readonly [light: number, red: number, green: number, blue: number])[] = [
  [0, 78, 92, 154],
  [0.25, 112, 102, 160],
  [0.5, 196, 128, 126],
  [0.75, 250, 200, 150],
  [1, 255, 255, 255],
];

/** Full day: nothing is taken from any colour. */
export const FULL_DAY = 0xffffff;

/** By what everything under the open sky is multiplied, as 0xrrggbb. `light` is 0…1, as the module's `daylight` gives it. */
export function skyColour(light: number): number {
  let next = 1;
  while (next < SHADES.length - 1 && SHADES[next]![0] < light) next++;
  const from = SHADES[next - 1]!;
  const to = SHADES[next]!;
  const part = Math.max(0, Math.min(1, (light - from[0]) / (to[0] - from[0])));
  const channel = (at: 1 | 2 | 3): number => Math.round(from[at] + (to[at] - from[at]) * part);
  return (channel(1) << 16) | (channel(2) << 8) | channel(3);
}
