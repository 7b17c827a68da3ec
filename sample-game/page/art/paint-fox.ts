import { PALETTE } from './palette.ts';
import { blob, sharpShape, softShape, stroke, type Pen } from './paper.ts';

/** A fox looking right, 0.7 m high. */
export function paintFox(pen: Pen, _look: number, stride: number): void {
  const step = stride === 1 ? 0.12 : stride === 2 ? -0.12 : 0;
  const leg = (x: number, swing: number): void =>
    stroke(
      pen,
      [
        [x, -0.3],
        [x + swing, -0.04],
      ],
      0.08,
      PALETTE.foxDark,
    );
  leg(-0.24, -step);
  leg(0.24, step);
  softShape(
    pen,
    [
      [-0.3, -0.44],
      [-0.62, -0.64],
      [-0.98, -0.5],
      [-1.06, -0.3],
      [-0.7, -0.26],
      [-0.34, -0.3],
    ],
    PALETTE.fox,
  );
  softShape(
    pen,
    [
      [-0.82, -0.58],
      [-0.98, -0.52],
      [-1.08, -0.3],
      [-0.86, -0.28],
    ],
    PALETTE.paper,
  );
  softShape(
    pen,
    [
      [-0.44, -0.36],
      [-0.3, -0.56],
      [0.14, -0.54],
      [0.42, -0.6],
      [0.44, -0.3],
      [0, -0.22],
      [-0.36, -0.22],
    ],
    PALETTE.fox,
  );
  softShape(
    pen,
    [
      [0.2, -0.3],
      [0.44, -0.46],
      [0.46, -0.28],
      [0.2, -0.2],
    ],
    PALETTE.paper,
  );
  leg(-0.34, step);
  leg(0.34, -step);
  sharpShape(
    pen,
    [
      [0.34, -0.72],
      [0.38, -1.0],
      [0.52, -0.78],
    ],
    PALETTE.foxDark,
  );
  sharpShape(
    pen,
    [
      [0.5, -0.76],
      [0.6, -1.02],
      [0.7, -0.72],
    ],
    PALETTE.fox,
  );
  softShape(
    pen,
    [
      [0.28, -0.66],
      [0.46, -0.84],
      [0.7, -0.76],
      [0.94, -0.54],
      [0.7, -0.46],
      [0.4, -0.46],
    ],
    PALETTE.fox,
  );
  softShape(
    pen,
    [
      [0.5, -0.54],
      [0.7, -0.6],
      [0.94, -0.54],
      [0.7, -0.46],
      [0.46, -0.46],
    ],
    PALETTE.paper,
  );
  blob(pen, 0.9, -0.54, 0.04, 0.035, PALETTE.ink);
  blob(pen, 0.62, -0.64, 0.03, 0.038, PALETTE.ink);
}
