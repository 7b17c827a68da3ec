import { PALETTE } from './palette.ts';
import { blob, sharpShape, softShape, stroke, tinted, type Pen } from './paper.ts';

/** The camp's fire; `stride` 0…2 are the flame's three shapes. */
export function paintFire(pen: Pen, _look: number, stride: number): void {
  for (const [x, y] of [
    [-0.62, -0.06],
    [-0.36, 0.14],
    [0, 0.2],
    [0.38, 0.14],
    [0.62, -0.06],
    [0.34, -0.24],
    [-0.34, -0.24],
  ] as const) {
    blob(pen, x, y, 0.17, 0.13, PALETTE.stoneDark);
    blob(pen, x - 0.02, y - 0.04, 0.13, 0.09, PALETTE.stone);
  }
  stroke(
    pen,
    [
      [-0.4, 0.02],
      [0.34, -0.2],
    ],
    0.14,
    PALETTE.barkDark,
  );
  stroke(
    pen,
    [
      [0.4, 0.02],
      [-0.34, -0.2],
    ],
    0.14,
    PALETTE.bark,
  );
  const lick = [0, 0.12, -0.1][stride]!;
  softShape(
    pen,
    [
      [-0.36, -0.08],
      [-0.3, -0.5],
      [-0.12 + lick, -0.92],
      [0.02 + lick, -1.3],
      [0.16, -0.86],
      [0.34, -0.5],
      [0.34, -0.08],
      [0, 0.04],
    ],
    '#f2803d',
  );
  softShape(
    pen,
    [
      [-0.22, -0.08],
      [-0.18, -0.42],
      [0.02 + lick * 0.7, -0.94],
      [0.18, -0.44],
      [0.2, -0.08],
      [0, 0],
    ],
    PALETTE.ember,
  );
  softShape(
    pen,
    [
      [-0.1, -0.08],
      [-0.06, -0.34],
      [0.02, -0.52],
      [0.1, -0.3],
      [0.1, -0.06],
    ],
    '#fff0c2',
  );
}

/** A log to sit on. */
export function paintLog(pen: Pen): void {
  stroke(
    pen,
    [
      [-0.62, -0.18],
      [0.62, -0.22],
    ],
    0.36,
    PALETTE.barkDark,
  );
  stroke(
    pen,
    [
      [-0.6, -0.25],
      [0.6, -0.29],
    ],
    0.26,
    PALETTE.bark,
  );
  stroke(
    pen,
    [
      [-0.4, -0.32],
      [0.1, -0.34],
    ],
    0.04,
    tinted(PALETTE.bark, 0.25),
  );
  blob(pen, 0.66, -0.24, 0.13, 0.18, '#d8b58a');
  blob(pen, 0.66, -0.24, 0.07, 0.1, '#b98554');
}

/** A tent beside the fire. */
export function paintTent(pen: Pen, look: number): void {
  const cloth = look % 2 === 0 ? '#d98e5a' : '#6f94a8';
  sharpShape(
    pen,
    [
      [-1.5, 0],
      [-0.2, -1.9],
      [0.5, -1.76],
      [1.6, -0.16],
    ],
    tinted(cloth, -0.22),
  );
  sharpShape(
    pen,
    [
      [-1.5, 0],
      [-0.2, -1.9],
      [0.86, 0.12],
    ],
    cloth,
  );
  sharpShape(
    pen,
    [
      [-0.52, 0.05],
      [-0.2, -1.3],
      [0.24, 0.09],
    ],
    PALETTE.ink,
  );
  sharpShape(
    pen,
    [
      [-0.52, 0.05],
      [-0.2, -1.3],
      [-0.62, -0.1],
      [-0.8, 0.03],
    ],
    tinted(cloth, 0.25),
  );
  stroke(
    pen,
    [
      [-0.24, -2.06],
      [-0.14, -1.8],
    ],
    0.08,
    PALETTE.bark,
  );
  stroke(
    pen,
    [
      [-1.02, -0.62],
      [0.5, -0.52],
    ],
    0.07,
    tinted(cloth, 0.4),
  );
}

/** The mouth of the cave as the land shows it: a heap of rock with a dark opening and two lamps. */
export function paintCaveMouth(pen: Pen): void {
  const rocks: readonly (readonly [number, number, number, number])[] = [
    [-2.3, -0.6, 1.1, 0.9],
    [2.3, -0.7, 1.15, 1],
    [-1.9, -1.8, 1.15, 1.1],
    [1.9, -1.9, 1.2, 1.1],
    [-0.8, -2.9, 1.3, 1],
    [0.9, -2.9, 1.25, 1.05],
  ];
  for (const [x, y, rx, ry] of rocks) blob(pen, x, y + 0.12, rx, ry, PALETTE.stoneDark);
  for (const [x, y, rx, ry] of rocks) blob(pen, x - 0.1, y - 0.04, rx * 0.9, ry * 0.86, PALETTE.stone);
  for (const [x, y, rx, ry] of rocks)
    blob(pen, x - rx * 0.3, y - ry * 0.36, rx * 0.5, ry * 0.36, PALETTE.stoneLight, -0.4);
  softShape(
    pen,
    [
      [-1.5, 0.2],
      [-1.6, -1.2],
      [-0.9, -2.3],
      [0, -2.56],
      [0.9, -2.3],
      [1.6, -1.2],
      [1.5, 0.2],
      [0, 0.3],
    ],
    PALETTE.stoneDark,
  );
  softShape(
    pen,
    [
      [-1.24, 0.2],
      [-1.3, -1.1],
      [-0.7, -2],
      [0, -2.24],
      [0.7, -2],
      [1.3, -1.1],
      [1.24, 0.2],
      [0, 0.3],
    ],
    PALETTE.caveRock,
  );
  for (const x of [-1.75, 1.75]) {
    stroke(
      pen,
      [
        [x, 0.1],
        [x, -1.15],
      ],
      0.1,
      PALETTE.barkDark,
    );
    blob(pen, x, -1.3, 0.16, 0.2, PALETTE.ember);
    blob(pen, x, -1.32, 0.08, 0.11, '#fff0c2');
  }
  for (const [x, y] of [
    [-2.7, -1.1],
    [-1.2, -3.6],
    [0.7, -3.72],
    [2.5, -1.5],
  ] as const)
    blob(pen, x, y, 0.5, 0.17, PALETTE.meadowDeep);
}

/** The way out as the cave shows it: daylight on a few steps. */
export function paintDaylight(pen: Pen): void {
  for (let i = 0; i < 4; i++) {
    softShape(
      pen,
      [
        [-1.15 + i * 0.1, -0.1 + i * 0.32],
        [1.15 - i * 0.1, -0.1 + i * 0.32],
        [1.2, 0.3 + i * 0.32],
        [-1.2, 0.3 + i * 0.32],
      ],
      tinted('#575073', 0.12 + i * 0.2),
    );
  }
}
