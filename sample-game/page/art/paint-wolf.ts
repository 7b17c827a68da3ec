import { PALETTE } from './palette.ts';
import { blob, sharpShape, softShape, stroke, type Pen } from './paper.ts';

/** A wolf looking right, 1.1 m high, its head low. */
export function paintWolf(pen: Pen, look: number, stride: number): void {
  const coat = look % 2 === 0 ? PALETTE.wolf : '#7d7a80';
  const step = stride === 1 ? 0.16 : stride === 2 ? -0.16 : 0;
  const leg = (x: number, swing: number, colour: string): void =>
    stroke(
      pen,
      [
        [x, -0.46],
        [x + swing * 0.5 - 0.03, -0.24],
        [x + swing, -0.04],
      ],
      0.11,
      colour,
    );
  leg(-0.38, -step, PALETTE.wolfDark);
  leg(0.3, step, PALETTE.wolfDark);
  softShape(
    pen,
    [
      [-0.5, -0.72],
      [-0.8, -0.66],
      [-1.1, -0.36],
      [-1.06, -0.18],
      [-0.84, -0.3],
      [-0.5, -0.5],
    ],
    PALETTE.wolfDark,
  );
  softShape(
    pen,
    [
      [-0.66, -0.6],
      [-0.56, -0.86],
      [-0.14, -0.82],
      [0.2, -0.98],
      [0.56, -0.86],
      [0.58, -0.48],
      [0.1, -0.34],
      [-0.56, -0.36],
    ],
    coat,
  );
  sharpShape(
    pen,
    [
      [-0.4, -0.78],
      [-0.28, -0.92],
      [-0.16, -0.82],
      [-0.02, -0.98],
      [0.1, -0.88],
      [0.24, -1.08],
      [0.36, -0.92],
      [0.5, -1.02],
      [0.56, -0.8],
      [0.1, -0.68],
    ],
    PALETTE.wolfDark,
  );
  softShape(
    pen,
    [
      [0.2, -0.46],
      [0.46, -0.62],
      [0.62, -0.5],
      [0.4, -0.3],
      [0.1, -0.32],
    ],
    PALETTE.wolfPale,
  );
  leg(-0.48, step, coat);
  leg(0.4, -step, coat);
  sharpShape(
    pen,
    [
      [0.5, -0.9],
      [0.5, -1.22],
      [0.68, -0.96],
    ],
    PALETTE.wolfDark,
  );
  sharpShape(
    pen,
    [
      [0.64, -0.92],
      [0.72, -1.2],
      [0.84, -0.88],
    ],
    coat,
  );
  softShape(
    pen,
    [
      [0.42, -0.8],
      [0.62, -1.0],
      [0.86, -0.9],
      [1.16, -0.64],
      [1.06, -0.54],
      [0.76, -0.56],
      [0.5, -0.54],
    ],
    coat,
  );
  softShape(
    pen,
    [
      [0.62, -0.62],
      [0.9, -0.68],
      [1.16, -0.62],
      [1.04, -0.53],
      [0.74, -0.54],
    ],
    PALETTE.wolfPale,
  );
  blob(pen, 1.13, -0.63, 0.05, 0.045, PALETTE.ink);
  blob(pen, 0.8, -0.78, 0.05, 0.04, PALETTE.ember);
  blob(pen, 0.815, -0.78, 0.02, 0.03, PALETTE.ink);
}
