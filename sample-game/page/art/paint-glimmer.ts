import { PALETTE } from './palette.ts';
import { blob, softShape, stroke, type Pen } from './paper.ts';

/** A glimmer: a pale cave creature that floats a hand above the floor and gives light. */
export function paintGlimmer(pen: Pen, look: number, stride: number): void {
  const colour = look % 3 === 0 ? PALETTE.crystal : PALETTE.glow;
  const sway = stride === 1 ? 0.06 : stride === 2 ? -0.06 : 0;
  for (const x of [-0.18, -0.06, 0.07, 0.19]) {
    stroke(
      pen,
      [
        [x, -0.7],
        [x + sway, -0.5],
        [x - sway, -0.3],
      ],
      0.035,
      'rgba(190, 240, 230, 0.7)',
    );
  }
  softShape(
    pen,
    [
      [-0.36, -0.66],
      [-0.34, -1.0],
      [0, -1.18],
      [0.34, -1.0],
      [0.36, -0.66],
      [0.16, -0.72],
      [0, -0.64],
      [-0.16, -0.72],
    ],
    colour,
  );
  softShape(
    pen,
    [
      [-0.24, -0.86],
      [-0.2, -1.02],
      [0.02, -1.1],
      [-0.04, -0.9],
    ],
    'rgba(255, 255, 255, 0.65)',
  );
  blob(pen, 0.04, -0.84, 0.035, 0.05, PALETTE.ink);
  blob(pen, 0.2, -0.84, 0.035, 0.05, PALETTE.ink);
}
