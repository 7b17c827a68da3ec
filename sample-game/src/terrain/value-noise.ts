// Taken out of the global object once: this runs thousands of times a tick, and a module's globals are slow to look up.
const { floor, imul } = Math;

/**
 * Smooth noise from a seed: -1…1, continuous, about one bump for each unit of x and y. Three octaves, each half as high and
 * twice as fine. Integer hashing, so that the server and every page see the same land.
 */
export function valueNoise(seed: number, x: number, y: number): number {
  return (octave(seed, x, y) * 4 + octave(seed + 1, x * 2, y * 2) * 2 + octave(seed + 2, x * 4, y * 4)) / 7;
}

/** A number in 0…1 for a place on an integer grid: the same seed and place give the same number everywhere. */
export function gridRandom(seed: number, column: number, row: number): number {
  let hash = imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ imul(column, 0x27d4eb2f) ^ imul(row, 0x165667b1);
  hash = imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 0x1_0000_0000;
}

function octave(seed: number, x: number, y: number): number {
  const column = floor(x);
  const row = floor(y);
  const u = ease(x - column);
  const v = ease(y - row);
  const south = mix(gridRandom(seed, column, row), gridRandom(seed, column + 1, row), u);
  const north = mix(gridRandom(seed, column, row + 1), gridRandom(seed, column + 1, row + 1), u);
  return mix(south, north, v) * 2 - 1;
}

function ease(t: number): number {
  return t * t * (3 - 2 * t);
}

function mix(from: number, to: number, t: number): number {
  return from + (to - from) * t;
}
