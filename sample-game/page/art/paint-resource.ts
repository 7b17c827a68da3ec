import { Item } from '../../src/rules.ts';
import { PALETTE } from './palette.ts';
import { blob, sharpShape, softShape, stroke, tinted, type Pen } from './paper.ts';

/** A thing to gather, of the item that it gives; `left` 0…3 pieces are shown. */
export function paintResource(pen: Pen, kind: number, left: number): void {
  if (kind === Item.Berries) paintBerries(pen, left);
  else if (kind === Item.Mushrooms) paintMushrooms(pen, left);
  else if (kind === Item.Crystals) paintCrystals(pen, left);
  else paintDeadwood(pen, left);
}

function paintDeadwood(pen: Pen, left: number): void {
  for (const [x, y, rx, ry] of [
    [-0.5, 0.04, 0.26, 0.08],
    [0.42, 0.05, 0.3, 0.09],
    [0.02, 0.08, 0.34, 0.08],
  ] as const) {
    blob(pen, x, y, rx, ry, PALETTE.woodFloor);
  }
  softShape(
    pen,
    [
      [-0.2, 0.03],
      [-0.17, -0.24],
      [-0.3, -0.36],
      [0.02, -0.3],
      [0.14, -0.4],
      [0.15, -0.2],
      [0.24, 0.03],
    ],
    PALETTE.barkDark,
  );
  blob(pen, -0.03, -0.3, 0.13, 0.055, PALETTE.woodPale);
  const branches = [
    [-0.7, -0.08, 0.42, -0.16],
    [-0.34, 0.06, 0.72, -0.1],
    [-0.6, -0.24, 0.5, 0.06],
  ] as const;
  for (const [fromX, fromY, toX, toY] of branches.slice(0, left)) {
    stroke(
      pen,
      [
        [fromX, fromY],
        [toX, toY],
      ],
      0.19,
      PALETTE.bark,
    );
    stroke(
      pen,
      [
        [fromX, fromY - 0.04],
        [toX - 0.1, toY - 0.04],
      ],
      0.05,
      PALETTE.wood,
    );
    const middleX = fromX + (toX - fromX) * 0.6;
    const middleY = fromY + (toY - fromY) * 0.6;
    stroke(
      pen,
      [
        [middleX, middleY],
        [middleX + 0.16, middleY - 0.26],
      ],
      0.07,
      PALETTE.bark,
    );
    blob(pen, toX + 0.02, toY, 0.06, 0.09, PALETTE.woodPale);
  }
}

function paintBerries(pen: Pen, left: number): void {
  for (const [x, y, r] of [
    [-0.36, -0.3, 0.34],
    [0.38, -0.3, 0.36],
    [0, -0.52, 0.46],
  ] as const) {
    blob(pen, x, y + 0.06, r, r * 0.86, '#3d5f45');
    blob(pen, x - 0.03, y - 0.03, r * 0.88, r * 0.74, '#4f7a52');
    blob(pen, x - r * 0.24, y - r * 0.3, r * 0.4, r * 0.26, '#6c9863');
  }
  const places = [
    [-0.42, -0.3],
    [0.02, -0.66],
    [0.4, -0.36],
    [-0.18, -0.5],
    [0.22, -0.22],
    [0.26, -0.58],
    [-0.1, -0.24],
    [-0.52, -0.46],
    [0.54, -0.18],
  ] as const;
  for (const [x, y] of places.slice(0, left * 3)) {
    blob(pen, x, y, 0.085, 0.085, PALETTE.berry);
    blob(pen, x - 0.03, y - 0.03, 0.026, 0.026, '#ffd9df');
  }
}

function paintMushrooms(pen: Pen, left: number): void {
  if (left === 0) {
    for (const x of [-0.3, 0.05, 0.36]) blob(pen, x, -0.03, 0.07, 0.05, PALETTE.paper);
    return;
  }
  blob(pen, 0, 0, 0.5, 0.14, PALETTE.woodFloor);
  const places = [
    [0.05, 0.48, 0.3],
    [-0.36, 0.28, 0.2],
    [0.42, 0.22, 0.17],
  ] as const;
  for (const [x, high, r] of places.slice(0, left)) {
    softShape(
      pen,
      [
        [x - 0.1, 0],
        [x - 0.07, -high],
        [x + 0.07, -high],
        [x + 0.1, 0],
      ],
      PALETTE.paper,
    );
    softShape(
      pen,
      [
        [x - r, -high + 0.04],
        [x - r * 0.85, -high - r * 0.75],
        [x, -high - r * 1.1],
        [x + r * 0.85, -high - r * 0.75],
        [x + r, -high + 0.04],
        [x, -high + 0.1],
      ],
      PALETTE.mushroom,
    );
    blob(pen, x - r * 0.4, -high - r * 0.3, r * 0.17, r * 0.14, PALETTE.paper);
    blob(pen, x + r * 0.2, -high - r * 0.6, r * 0.2, r * 0.15, PALETTE.paper);
    blob(pen, x + r * 0.5, -high - r * 0.15, r * 0.13, r * 0.11, PALETTE.paper);
  }
}

function paintCrystals(pen: Pen, left: number): void {
  blob(pen, 0, 0.02, 0.6, 0.18, PALETTE.caveWall);
  const places = [
    [0, 1.3, 0.22, 0.05],
    [-0.36, 0.8, 0.17, -0.22],
    [0.36, 0.9, 0.18, 0.24],
  ] as const;
  for (const [x, high, half, lean] of places.slice(0, left)) {
    sharpShape(
      pen,
      [
        [x - half, 0],
        [x + lean - half, -high * 0.74],
        [x + lean * 1.3, -high],
        [x + lean + half, -high * 0.7],
        [x + half, 0.04],
      ],
      PALETTE.crystal,
    );
    sharpShape(
      pen,
      [
        [x + 0.02, 0.04],
        [x + lean * 1.3, -high],
        [x + lean + half, -high * 0.7],
        [x + half, 0.04],
      ],
      tinted('#a98bf0', -0.25),
    );
    stroke(
      pen,
      [
        [x - half * 0.5, -0.12],
        [x + lean - half * 0.5, -high * 0.66],
      ],
      0.04,
      'rgba(255,255,255,0.6)',
    );
  }
  if (left === 0)
    for (const x of [-0.3, 0.05, 0.34])
      sharpShape(
        pen,
        [
          [x - 0.12, 0.02],
          [x, -0.16],
          [x + 0.12, 0.03],
        ],
        PALETTE.caveRim,
      );
}
