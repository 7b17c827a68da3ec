import { PALETTE } from './palette.ts';
import { blob, softShape, stroke, type Pen } from './paper.ts';

/** A deer looking right, 1.4 m at the shoulder; every other one carries antlers. */
export function paintDeer(pen: Pen, look: number, stride: number): void {
  const step = stride === 1 ? 0.14 : stride === 2 ? -0.14 : 0;
  const leg = (x: number, swing: number, colour: string): void =>
    stroke(
      pen,
      [
        [x, -0.62],
        [x + swing * 0.4, -0.34],
        [x + swing, -0.04],
      ],
      0.085,
      colour,
    );
  leg(-0.34, -step, PALETTE.deerDark);
  leg(0.3, step, PALETTE.deerDark);

  softShape(
    pen,
    [
      [-0.62, -0.78],
      [-0.5, -1.04],
      [-0.1, -1.0],
      [0.3, -1.06],
      [0.52, -0.84],
      [0.42, -0.58],
      [0, -0.54],
      [-0.5, -0.56],
    ],
    PALETTE.deer,
  );
  softShape(
    pen,
    [
      [-0.46, -0.66],
      [0.1, -0.64],
      [0.42, -0.68],
      [0.36, -0.54],
      [0, -0.5],
      [-0.42, -0.52],
    ],
    PALETTE.deerPale,
  );
  blob(pen, -0.6, -0.88, 0.1, 0.13, PALETTE.deerPale, 0.5);
  for (const [x, y] of [
    [-0.36, -0.92],
    [-0.16, -0.88],
    [-0.26, -0.8],
    [0.02, -0.92],
    [0.1, -0.82],
  ] as const) {
    blob(pen, x, y, 0.035, 0.03, PALETTE.deerPale);
  }
  leg(-0.42, step, PALETTE.deer);
  leg(0.38, -step, PALETTE.deer);

  softShape(
    pen,
    [
      [0.28, -0.98],
      [0.52, -0.72],
      [0.72, -1.26],
      [0.5, -1.38],
    ],
    PALETTE.deer,
  );
  softShape(
    pen,
    [
      [0.44, -1.42],
      [0.62, -1.52],
      [0.96, -1.3],
      [0.98, -1.2],
      [0.7, -1.18],
      [0.5, -1.24],
    ],
    PALETTE.deer,
  );
  blob(pen, 0.95, -1.24, 0.045, 0.04, PALETTE.ink);
  blob(pen, 0.68, -1.36, 0.035, 0.042, PALETTE.ink);
  softShape(
    pen,
    [
      [0.5, -1.42],
      [0.28, -1.58],
      [0.34, -1.4],
      [0.48, -1.34],
    ],
    PALETTE.deerDark,
  );
  if (look % 2 === 0) {
    stroke(
      pen,
      [
        [0.52, -1.46],
        [0.42, -1.7],
        [0.46, -1.9],
      ],
      0.05,
      PALETTE.deerPale,
    );
    stroke(
      pen,
      [
        [0.43, -1.7],
        [0.58, -1.84],
      ],
      0.045,
      PALETTE.deerPale,
    );
    stroke(
      pen,
      [
        [0.58, -1.48],
        [0.66, -1.68],
        [0.8, -1.8],
      ],
      0.05,
      PALETTE.deerPale,
    );
  }
}
