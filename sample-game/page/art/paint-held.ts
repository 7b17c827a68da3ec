import { Item } from '../../src/rules.ts';
import { PALETTE } from './palette.ts';
import { blob, sharpShape, softShape, stroke, type Pen } from './paper.ts';

/** How high a torch's flame is over the foot of whoever holds it, in metres. */
export const TORCH_LIFT_M = 1.5;

/** What a wanderer who looks right holds before itself, hand included; `sway` moves its lower end, in metres. */
export function paintHeld(pen: Pen, item: number, sway: number): void {
  if (item === Item.Torch) paintTorch(pen);
  else if (item === Item.Spear) paintSpear(pen, sway);
  else if (item === Item.Charm) paintCharm(pen);
  blob(pen, 0.36, -0.68, 0.09, 0.08, PALETTE.skin[1]);
}

function paintTorch(pen: Pen): void {
  stroke(
    pen,
    [
      [0.32, -0.42],
      [0.47, -1.22],
    ],
    0.085,
    PALETTE.bark,
  );
  stroke(
    pen,
    [
      [0.45, -1.12],
      [0.475, -1.26],
    ],
    0.15,
    PALETTE.barkDark,
  );
  softShape(
    pen,
    [
      [0.36, -1.22],
      [0.32, -1.42],
      [0.44, -1.58],
      [0.5, -1.76],
      [0.6, -1.52],
      [0.64, -1.38],
      [0.58, -1.22],
    ],
    '#f2803d',
  );
  softShape(
    pen,
    [
      [0.42, -1.24],
      [0.41, -1.4],
      [0.5, -1.58],
      [0.56, -1.38],
      [0.54, -1.24],
    ],
    '#ffe6a0',
  );
}

function paintSpear(pen: Pen, sway: number): void {
  stroke(
    pen,
    [
      [0.34 + sway, -0.08],
      [0.44, -1.62],
    ],
    0.065,
    PALETTE.wood,
  );
  stroke(
    pen,
    [
      [0.42, -1.5],
      [0.43, -1.62],
    ],
    0.12,
    PALETTE.paper,
  );
  sharpShape(
    pen,
    [
      [0.35, -1.62],
      [0.46, -1.98],
      [0.54, -1.62],
    ],
    PALETTE.crystal,
  );
  sharpShape(
    pen,
    [
      [0.35, -1.62],
      [0.46, -1.98],
      [0.44, -1.62],
    ],
    '#d3c4ff',
  );
}

function paintCharm(pen: Pen): void {
  stroke(
    pen,
    [
      [0.36, -0.7],
      [0.43, -0.92],
    ],
    0.03,
    PALETTE.paper,
  );
  sharpShape(
    pen,
    [
      [0.34, -1.04],
      [0.43, -1.22],
      [0.53, -1.04],
      [0.44, -0.86],
    ],
    PALETTE.glow,
  );
  blob(pen, 0.41, -1.06, 0.035, 0.05, '#ffffff');
}
