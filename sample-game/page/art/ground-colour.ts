import { PALETTE } from './palette.ts';

/** Red, green and blue, 0…255. */
export type Rgb = readonly [number, number, number];

/** The open land's colour: flat bands as on a drawn map. What the parameters mean is told in `LandShape`. */
export function landColour(height: number, forest: number, pathM: number): Rgb {
  let colour = banded(HEIGHT_BANDS, height, 0.0035);
  if (height <= 0.1) return colour;
  const meadow = banded(MEADOW_BANDS, forest, 0.009);
  colour = mixRgb(colour, meadow, ramp(height, 0.155, 0.006) * (1 - ramp(height, 0.6, 0.006)));
  colour = mixRgb(colour, PATH_EDGE, 1 - ramp(pathM, 1.18, 0.05));
  return mixRgb(colour, PATH, 1 - ramp(pathM, 0.92, 0.05));
}

/** The cave floor's colour by `caveOpenness`. */
export function caveFloorColour(openness: number): Rgb {
  return banded(CAVE_BANDS, openness, 0.012);
}

/** 0 well below `at`, 1 well above, straight between within `soft` of it. */
export function ramp(value: number, at: number, soft: number): number {
  return Math.max(0, Math.min(1, (value - at) / (2 * soft) + 0.5));
}

export function mixRgb(from: Rgb, to: Rgb, t: number): Rgb {
  if (t <= 0) return from;
  if (t >= 1) return to;
  return [from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t, from[2] + (to[2] - from[2]) * t];
}

/** Takes `#rrggbb`. */
export function rgb(colour: string): Rgb {
  const whole = Number.parseInt(colour.slice(1), 16);
  return [whole >> 16, (whole >> 8) & 255, whole & 255];
}

interface Band {
  readonly from: number;
  readonly colour: Rgb;
}

const PATH = rgb(PALETTE.path);
const PATH_EDGE = rgb(PALETTE.pathEdge);
const HEIGHT_BANDS = bands([
  [-9, PALETTE.deepWater],
  [-0.42, PALETTE.water],
  [-0.14, PALETTE.shallowWater],
  [-0.014, PALETTE.foam],
  [0.008, PALETTE.sand],
  [0.1, PALETTE.meadowLight],
  [0.6, PALETTE.hill],
  [0.76, PALETTE.hillTop],
]);
const MEADOW_BANDS = bands([
  [-9, PALETTE.meadowLight],
  [-0.75, PALETTE.meadow],
  [-0.2, PALETTE.meadowDeep],
  [0.16, PALETTE.woodFloor],
]);
const CAVE_BANDS = bands([
  [-9, PALETTE.caveFloor],
  [0.3, PALETTE.caveFloorLight],
]);

function bands(list: readonly (readonly [number, string])[]): readonly Band[] {
  return list.map(([from, colour]) => ({ from, colour: rgb(colour) }));
}

/** The band's colour, mixed with its neighbour's within `soft` of the border. */
function banded(list: readonly Band[], value: number, soft: number): Rgb {
  let colour = list[0]!.colour;
  for (let i = 1; i < list.length; i++) {
    const band = list[i]!;
    if (value < band.from - soft) break;
    colour = mixRgb(colour, band.colour, ramp(value, band.from, soft));
  }
  return colour;
}
