import type { SceneryKind } from '../../src/terrain/scenery.ts';
import { PALETTE } from './palette.ts';
import { blob, sharpShape, softShape, stroke, tinted, type Pen } from './paper.ts';

/** How high and wide each kind is painted, in metres, at its largest. */
export const SCENERY_SIZE_M: Record<SceneryKind, { width: number; height: number }> = {
  pine: { width: 3, height: 4.8 },
  oak: { width: 3.8, height: 4.2 },
  birch: { width: 2.6, height: 4.4 },
  bush: { width: 1.7, height: 1.2 },
  rock: { width: 2, height: 1.5 },
  stalagmite: { width: 1.6, height: 2.4 },
  glowcap: { width: 1.2, height: 1.1 },
};

/** Paints one of the things that grow and stand by themselves; `look` 0…3 tells them apart. */
export function paintScenery(pen: Pen, kind: SceneryKind, look: number): void {
  PAINTERS[kind](pen, look);
}

const PAINTERS: Record<SceneryKind, (pen: Pen, look: number) => void> = {
  pine(pen, look) {
    const [dark, middle, light] = PALETTE.pine;
    stroke(
      pen,
      [
        [0, -0.04],
        [0, -0.9],
      ],
      0.3,
      PALETTE.barkDark,
    );
    const lean = (look - 1.5) * 0.07;
    for (const [base, half, high] of [
      [-0.55, 1.25, 1.75],
      [-1.5, 1.02, 1.6],
      [-2.45, 0.74, 1.75],
    ] as const) {
      const skirt = (side: number, to: number, colour: string): void =>
        sharpShape(
          pen,
          [
            [lean, base - high],
            [side * half * 0.45, base - high * 0.5],
            [side * half * 0.36, base - high * 0.47],
            [side * half, base + 0.04],
            [side * half * 0.7, base - 0.06],
            [side * half * 0.42, base + 0.14],
            [side * half * 0.16, base + 0.02],
            [to, base + 0.16],
          ],
          colour,
        );
      skirt(1, -0.05, dark);
      skirt(-1, 0.12, middle);
      softShape(
        pen,
        [
          [lean, base - high * 0.92],
          [-half * 0.3, base - high * 0.5],
          [-half * 0.62, base - 0.16],
          [-half * 0.2, base - high * 0.34],
        ],
        light,
      );
    }
  },
  oak(pen, look) {
    const [dark, middle, light] = PALETTE.oak;
    softShape(
      pen,
      [
        [-0.34, 0.02],
        [-0.18, -0.5],
        [-0.2, -1.3],
        [0.2, -1.3],
        [0.2, -0.5],
        [0.38, 0.02],
        [0, -0.05],
      ],
      PALETTE.bark,
    );
    softShape(
      pen,
      [
        [0.04, -0.1],
        [0.06, -1.3],
        [0.22, -1.3],
        [0.2, -0.5],
        [0.36, 0.02],
      ],
      PALETTE.barkDark,
    );
    const bump = [0.1, -0.08, 0.04, 0][look]!;
    const crown: readonly (readonly [number, number, number])[] = [
      [-0.95, -1.75, 0.72],
      [0.95, -1.8, 0.74],
      [0, -1.6, 0.85],
      [-0.7, -2.5, 0.8 + bump],
      [0.72, -2.55, 0.78 - bump],
      [0.02, -3.05, 0.82],
      [0, -2.3, 0.95],
    ];
    for (const [x, y, r] of crown) blob(pen, x + 0.06, y + 0.16, r, r * 0.92, dark);
    for (const [x, y, r] of crown) blob(pen, x - 0.04, y - 0.02, r * 0.9, r * 0.82, middle);
    for (const [x, y, r] of crown) blob(pen, x - r * 0.25, y - r * 0.3, r * 0.46, r * 0.36, light, -0.4);
  },
  birch(pen, look) {
    const [dark, middle, light] = PALETTE.birch;
    const lean = (look - 1.5) * 0.1;
    stroke(
      pen,
      [
        [0, -0.03],
        [lean * 0.5, -1.4],
        [lean, -3],
      ],
      0.2,
      PALETTE.birchBark,
    );
    for (const y of [-0.3, -0.8, -1.2, -1.7])
      stroke(
        pen,
        [
          [-0.08 + lean * -y * 0.3, y],
          [0.03 + lean * -y * 0.3, y - 0.03],
        ],
        0.05,
        PALETTE.ink,
      );
    const crown: readonly (readonly [number, number, number, number])[] = [
      [-0.4, -1.9, 0.5, 0.6],
      [0.45, -2.1, 0.55, 0.62],
      [-0.15, -2.6, 0.75, 0.7],
      [0.2, -3.2, 0.6, 0.65],
      [-0.15, -3.7, 0.42, 0.5],
    ];
    for (const [x, y, rx, ry] of crown) blob(pen, x + lean + 0.05, y + 0.1, rx, ry, dark);
    for (const [x, y, rx, ry] of crown) blob(pen, x + lean - 0.03, y - 0.02, rx * 0.88, ry * 0.86, middle);
    for (const [x, y, rx, ry] of crown)
      blob(pen, x + lean - rx * 0.25, y - ry * 0.28, rx * 0.42, ry * 0.36, light, -0.5);
  },
  bush(pen, look) {
    const [dark, middle, light] = PALETTE.oak;
    for (const [x, y, r] of [
      [-0.42, -0.3, 0.36],
      [0.4, -0.32, 0.38],
      [0, -0.48, 0.48],
    ] as const) {
      blob(pen, x, y + 0.05, r, r * 0.84, dark);
      blob(pen, x - 0.03, y - 0.03, r * 0.88, r * 0.7, middle);
      blob(pen, x - r * 0.24, y - r * 0.28, r * 0.4, r * 0.26, light);
    }
    const flower = ['#f4e3f0', '#f2d26b', '#e7a3b8', '#f6efdc'][look]!;
    for (const [x, y] of [
      [-0.5, -0.36],
      [-0.14, -0.68],
      [0.22, -0.44],
      [0.5, -0.46],
      [0.06, -0.28],
    ] as const) {
      blob(pen, x, y, 0.065, 0.06, flower);
      blob(pen, x, y, 0.025, 0.025, PALETTE.ember);
    }
  },
  rock(pen, look) {
    const squash = 0.8 + look * 0.12;
    const at = (x: number, y: number): readonly [number, number] => [x, y * squash];
    softShape(
      pen,
      [at(-0.8, 0.06), at(-0.86, -0.4), at(-0.42, -0.98), at(0.2, -1.1), at(0.78, -0.6), at(0.84, 0.04), at(0, 0.14)],
      PALETTE.stoneDark,
    );
    softShape(
      pen,
      [at(-0.8, -0.06), at(-0.82, -0.42), at(-0.4, -0.98), at(0.16, -1.06), at(0.3, -0.5), at(-0.1, -0.1)],
      PALETTE.stone,
    );
    softShape(
      pen,
      [at(-0.66, -0.5), at(-0.38, -0.94), at(0.14, -1.02), at(0.06, -0.72), at(-0.3, -0.52)],
      PALETTE.stoneLight,
    );
    blob(pen, -0.5, -0.02, 0.26, 0.1, PALETTE.meadowDeep);
    blob(pen, 0.36, 0.03, 0.32, 0.09, PALETTE.meadowDeep);
  },
  stalagmite(pen, look) {
    const high = 1.5 + look * 0.22;
    softShape(
      pen,
      [
        [-0.6, 0.06],
        [-0.36, -high * 0.4],
        [-0.08, -high],
        [0.1, -high],
        [0.34, -high * 0.42],
        [0.62, 0.06],
        [0, 0.16],
      ],
      PALETTE.caveRim,
    );
    softShape(
      pen,
      [
        [0.02, 0.1],
        [0.06, -high],
        [0.14, -high * 0.95],
        [0.34, -high * 0.42],
        [0.62, 0.06],
      ],
      PALETTE.caveWall,
    );
    softShape(
      pen,
      [
        [-0.7, 0.08],
        [-0.62, -0.3],
        [-0.46, -0.62],
        [-0.3, -0.2],
        [-0.26, 0.1],
      ],
      tinted('#4b4368', 0.12),
    );
  },
  glowcap(pen, look) {
    for (const [x, high, r] of [
      [-0.28, 0.42, 0.22],
      [0.12, 0.72, 0.3],
      [0.4, 0.3, 0.17],
    ] as const) {
      stroke(
        pen,
        [
          [x * 0.8, 0],
          [x, -high],
        ],
        0.08,
        '#b9d8d2',
      );
      const cap = look % 2 === 0 ? PALETTE.glow : '#8fc7ff';
      softShape(
        pen,
        [
          [x - r, -high + 0.06],
          [x - r * 0.8, -high - r * 0.8],
          [x, -high - r * 1.1],
          [x + r * 0.8, -high - r * 0.8],
          [x + r, -high + 0.06],
          [x, -high + 0.12],
        ],
        cap,
      );
      blob(pen, x - r * 0.3, -high - r * 0.42, r * 0.24, r * 0.16, 'rgba(255,255,255,0.8)');
    }
  },
};
