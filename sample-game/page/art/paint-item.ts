import { Item } from '../../src/rules.ts';
import { paintFire } from './paint-landmark.ts';
import { PALETTE } from './palette.ts';
import { blob, sharpShape, softShape, stroke, tinted, type Pen } from './paper.ts';

/** A thing as the panels show it: within 1 by 1, the foot in the middle of the lower edge. */
export function paintItem(pen: Pen, item: number): void {
  PAINTERS[item]?.(pen);
}

const PAINTERS: Readonly<Record<number, (pen: Pen) => void>> = {
  [Item.Berries](pen) {
    stroke(
      pen,
      [
        [-0.22, -0.34],
        [0, -0.84],
        [0.22, -0.4],
      ],
      0.05,
      '#4f7a52',
    );
    blob(pen, 0.16, -0.84, 0.2, 0.09, '#6c9863', -0.5);
    for (const [x, y, r] of [
      [-0.22, -0.28, 0.2],
      [0.24, -0.34, 0.19],
      [0.02, -0.18, 0.17],
    ] as const) {
      blob(pen, x, y, r, r, PALETTE.berry);
      blob(pen, x - r * 0.35, y - r * 0.4, r * 0.26, r * 0.22, '#ffd9df');
    }
  },
  [Item.Mushrooms](pen) {
    softShape(
      pen,
      [
        [-0.14, -0.04],
        [-0.1, -0.52],
        [0.1, -0.52],
        [0.16, -0.04],
      ],
      PALETTE.paper,
    );
    softShape(
      pen,
      [
        [-0.44, -0.42],
        [-0.36, -0.78],
        [0, -0.98],
        [0.36, -0.78],
        [0.44, -0.42],
        [0, -0.34],
      ],
      PALETTE.mushroom,
    );
    for (const [x, y, r] of [
      [-0.2, -0.58, 0.075],
      [0.06, -0.72, 0.09],
      [0.26, -0.52, 0.055],
    ] as const) {
      blob(pen, x, y, r, r * 0.9, PALETTE.paper);
    }
  },
  [Item.Crystals](pen) {
    for (const [x, high, half, lean] of [
      [-0.18, 0.62, 0.14, -0.1],
      [0.14, 0.92, 0.17, 0.06],
    ] as const) {
      const tip = x + lean * 1.3;
      sharpShape(
        pen,
        [
          [x - half, -0.04],
          [x + lean - half, -high * 0.72],
          [tip, -high],
          [x + lean + half, -high * 0.7],
          [x + half, -0.04],
        ],
        PALETTE.crystal,
      );
      sharpShape(
        pen,
        [
          [x + 0.03, -0.04],
          [tip, -high],
          [x + lean + half, -high * 0.7],
          [x + half, -0.04],
        ],
        tinted(PALETTE.crystal, -0.25),
      );
    }
  },
  [Item.Wood](pen) {
    for (const [y, shift] of [
      [-0.62, 0.06],
      [-0.26, -0.06],
    ] as const) {
      stroke(
        pen,
        [
          [-0.28 + shift, y],
          [0.3 + shift, y - 0.06],
        ],
        0.3,
        PALETTE.wood,
      );
      stroke(
        pen,
        [
          [-0.3 + shift, y + 0.08],
          [0.2 + shift, y + 0.02],
        ],
        0.07,
        tinted(PALETTE.wood, -0.3),
      );
      blob(pen, 0.34 + shift, y - 0.06, 0.11, 0.15, PALETTE.woodPale);
      blob(pen, 0.34 + shift, y - 0.06, 0.05, 0.07, PALETTE.wood);
    }
  },
  [Item.Torch](pen) {
    stroke(
      pen,
      [
        [-0.26, -0.08],
        [0.08, -0.54],
      ],
      0.13,
      PALETTE.bark,
    );
    stroke(
      pen,
      [
        [0.04, -0.48],
        [0.12, -0.58],
      ],
      0.22,
      PALETTE.barkDark,
    );
    softShape(
      pen,
      [
        [-0.02, -0.54],
        [-0.06, -0.76],
        [0.2, -1],
        [0.38, -0.76],
        [0.34, -0.54],
        [0.16, -0.46],
      ],
      '#f2803d',
    );
    softShape(
      pen,
      [
        [0.08, -0.56],
        [0.1, -0.72],
        [0.22, -0.84],
        [0.28, -0.66],
        [0.2, -0.52],
      ],
      '#ffe6a0',
    );
  },
  [Item.Stew](pen) {
    softShape(
      pen,
      [
        [-0.46, -0.5],
        [-0.38, -0.14],
        [-0.14, -0.02],
        [0.14, -0.02],
        [0.38, -0.14],
        [0.46, -0.5],
      ],
      PALETTE.clay,
    );
    blob(pen, 0, -0.5, 0.44, 0.16, tinted(PALETTE.clay, -0.3));
    blob(pen, 0, -0.49, 0.36, 0.11, '#d98e4a');
    blob(pen, -0.12, -0.51, 0.09, 0.05, PALETTE.mushroom);
    blob(pen, 0.14, -0.47, 0.06, 0.045, PALETTE.berry);
    for (const x of [-0.14, 0.14])
      stroke(
        pen,
        [
          [x, -0.68],
          [x + 0.06, -0.78],
          [x - 0.02, -0.88],
          [x + 0.04, -0.97],
        ],
        0.045,
        'rgba(255, 255, 255, 0.85)',
      );
  },
  [Item.Spear](pen) {
    stroke(
      pen,
      [
        [-0.38, -0.08],
        [0.22, -0.72],
      ],
      0.09,
      PALETTE.wood,
    );
    stroke(
      pen,
      [
        [0.13, -0.62],
        [0.2, -0.7],
      ],
      0.16,
      PALETTE.paper,
    );
    sharpShape(
      pen,
      [
        [0.1, -0.74],
        [0.44, -0.98],
        [0.28, -0.58],
      ],
      PALETTE.crystal,
    );
    sharpShape(
      pen,
      [
        [0.1, -0.74],
        [0.44, -0.98],
        [0.19, -0.66],
      ],
      '#d3c4ff',
    );
  },
  [Item.Charm](pen) {
    pen.strokeStyle = PALETTE.bark;
    pen.lineWidth = 0.06;
    pen.beginPath();
    pen.ellipse(0, -0.66, 0.32, 0.28, 0, 0, 2 * Math.PI);
    pen.stroke();
    for (const x of [-0.25, 0.25]) blob(pen, x, -0.48, 0.07, 0.07, PALETTE.berry);
    sharpShape(
      pen,
      [
        [-0.2, -0.36],
        [0, -0.56],
        [0.2, -0.36],
        [0, -0.02],
      ],
      PALETTE.glow,
    );
    sharpShape(
      pen,
      [
        [0, -0.56],
        [0.2, -0.36],
        [0, -0.02],
      ],
      tinted(PALETTE.glow, -0.22),
    );
  },
  [Item.Campfire](pen) {
    pen.scale(0.62, 0.62);
    pen.translate(0, -0.24);
    paintFire(pen, 0, 0);
  },
};
