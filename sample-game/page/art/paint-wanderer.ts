import { EMPTY_HANDS } from '../../src/rules.ts';
import { paintHeld } from './paint-held.ts';
import { PALETTE } from './palette.ts';
import { blob, softShape, stroke, tinted, type Pen } from './paper.ts';

/**
 * A hooded wanderer, 1.6 m high, looking right. `look` picks cloak, skin and what is carried; `stride` is 0 at rest,
 * 1 and 2 for the two steps; `carries` is the item held; from behind no face is seen.
 */
export function paintWanderer(pen: Pen, look: number, carries: number, stride: number, isFromBehind: boolean): void {
  const forward = stride === 1 ? 0.13 : stride === 2 ? -0.13 : 0;
  paintCloakAndHood(pen, look, carries === EMPTY_HANDS, forward, isFromBehind);
  if (carries !== EMPTY_HANDS) paintHeld(pen, carries, forward * 0.35);
}

/** `forward` is how far the right foot is before the left one, in metres. */
function paintCloakAndHood(
  pen: Pen,
  look: number,
  hasFreeHands: boolean,
  forward: number,
  isFromBehind: boolean,
): void {
  const cloak = PALETTE.cloaks[look % PALETTE.cloaks.length]!;
  const skin = PALETTE.skin[(look >> 3) % PALETTE.skin.length]!;
  const dark = tinted(cloak, -0.28);
  const light = tinted(cloak, 0.2);

  blob(pen, -0.14 - forward, -0.05 - Math.max(0, -forward) * 0.5, 0.14, 0.08, PALETTE.ink);
  blob(pen, 0.16 + forward, -0.05 - Math.max(0, forward) * 0.5, 0.14, 0.08, PALETTE.ink);

  const sway = forward * 0.35;
  softShape(
    pen,
    [
      [-0.26, -1.02],
      [0.26, -1.02],
      [0.36, -0.5],
      [0.46 - sway, -0.1],
      [0, -0.04],
      [-0.48 - sway, -0.1],
      [-0.37, -0.5],
    ],
    cloak,
  );
  softShape(
    pen,
    [
      [-0.26, -1.0],
      [-0.08, -0.95],
      [-0.16, -0.5],
      [-0.2 - sway, -0.07],
      [-0.48 - sway, -0.1],
      [-0.37, -0.5],
    ],
    dark,
  );
  stroke(
    pen,
    [
      [-0.36 - sway, -0.16],
      [0, -0.1],
      [0.36 - sway, -0.16],
    ],
    0.045,
    light,
  );
  if ((look >> 5) % 2 === 0) paintSatchel(pen, isFromBehind);
  else if (hasFreeHands) paintStaff(pen, sway);

  softShape(
    pen,
    [
      [-0.36, -1.05],
      [-0.36, -1.42],
      [-0.2, -1.62],
      [0.02, -1.72],
      [0.24, -1.56],
      [0.36, -1.36],
      [0.33, -1.02],
      [0, -0.94],
    ],
    cloak,
  );
  softShape(
    pen,
    [
      [-0.35, -1.02],
      [-0.37, -1.42],
      [-0.2, -1.63],
      [-0.08, -1.5],
      [-0.2, -1.25],
      [-0.16, -0.98],
    ],
    dark,
  );
  if (isFromBehind) {
    softShape(
      pen,
      [
        [-0.1, -1.5],
        [0.06, -1.6],
        [0.16, -1.3],
        [0.04, -0.78],
        [-0.06, -1.2],
      ],
      light,
    );
    return;
  }
  blob(pen, 0.08, -1.22, 0.225, 0.22, tinted(cloak, -0.5));
  blob(pen, 0.1, -1.2, 0.195, 0.185, skin);
  blob(pen, 0.05, -1.22, 0.028, 0.042, PALETTE.ink);
  blob(pen, 0.2, -1.22, 0.028, 0.042, PALETTE.ink);
  blob(pen, 0.0, -1.14, 0.04, 0.026, 'rgba(216, 90, 80, 0.45)');
  blob(pen, 0.24, -1.14, 0.035, 0.026, 'rgba(216, 90, 80, 0.45)');
  blob(pen, 0, -0.92, 0.06, 0.06, PALETTE.ember);
}

function paintSatchel(pen: Pen, isFromBehind: boolean): void {
  stroke(
    pen,
    [
      [-0.22, -0.98],
      [0.24, -0.5],
    ],
    0.05,
    PALETTE.barkDark,
  );
  softShape(
    pen,
    [
      [0.1, -0.58],
      [0.4, -0.56],
      [0.42, -0.28],
      [0.12, -0.28],
    ],
    PALETTE.bark,
  );
  if (!isFromBehind)
    softShape(
      pen,
      [
        [0.11, -0.56],
        [0.4, -0.54],
        [0.36, -0.4],
        [0.14, -0.4],
      ],
      tinted('#6b4d3c', 0.22),
    );
}

function paintStaff(pen: Pen, sway: number): void {
  stroke(
    pen,
    [
      [0.42 + sway, -0.02],
      [0.4, -1.35],
      [0.46, -1.52],
    ],
    0.06,
    PALETTE.bark,
  );
  blob(pen, 0.43, -1.55, 0.085, 0.085, PALETTE.glow);
  blob(pen, 0.32, -0.66, 0.09, 0.08, PALETTE.skin[1]);
}
