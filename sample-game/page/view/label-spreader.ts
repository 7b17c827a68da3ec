import type { Camera } from './camera.ts';
import type { Label, ScreenBox } from './renderer.ts';

/** A label at its place on the screen, in pixels of the page. */
export interface PlacedLabel {
  readonly label: Label;
  readonly x: number;
  readonly y: number;
  readonly alpha: number;
}

/** After so long about two thirds of the way to shown or hidden are gone. */
const FADE_MS = 110;
/** What cannot be seen is not drawn. */
const ALPHA_MIN = 0.03;
/** So many pixels of two labels may lie over each other. */
const SLACK_PX = 2;

/**
 * Finds places for the writing over heads: where two would cover each other the one of lower rank fades, of equals the one
 * farther from the middle of the screen. What a panel would cover stands aside if it may, or fades. Remembers from frame to frame who was
 * hidden, so that nothing blinks.
 */
export class LabelSpreader {
  #alphas = new Map<string, number>();

  /** Those to draw, from the far ones to the near ones. */
  spread(labels: readonly Label[], camera: Camera, elapsedMs: number, covered: readonly ScreenBox[]): PlacedLabel[] {
    const part = 1 - Math.exp(-elapsedMs / FADE_MS);
    const boxes = labels.map((label) => aside(boxOf(label, camera), camera.width, covered));
    boxes.sort((a, b) => b.label.rank - a.label.rank || a.awayPx - b.awayPx);
    const kept: Box[] = [];
    const alphas = new Map<string, number>();
    const placed: PlacedLabel[] = [];
    for (const box of boxes) {
      const { label, x, y } = box;
      const isFree = !covered.some((panel) => isUnder(box, panel)) && !kept.some((other) => isOver(box, other));
      if (isFree) kept.push(box);
      const before = this.#alphas.get(label.key) ?? Number(isFree);
      const alpha = before + (Number(isFree) - before) * part;
      alphas.set(label.key, alpha);
      if (alpha > ALPHA_MIN) placed.push({ label, x, y, alpha });
    }
    this.#alphas = alphas;
    return placed.sort((a, b) => a.y - b.y);
  }
}

interface Box {
  readonly label: Label;
  readonly x: number;
  readonly y: number;
  readonly halfWidth: number;
  readonly height: number;
  readonly awayPx: number;
}

function boxOf(label: Label, camera: Camera): Box {
  const x = camera.screenX(label.x);
  const y = camera.screenY(label.y + label.liftM) - label.risePx;
  const { canvas, pxPerM } = label.art;
  return {
    label,
    x,
    y,
    halfWidth: canvas.width / pxPerM / 2,
    height: canvas.height / pxPerM,
    awayPx: Math.hypot(x - camera.width / 2, y - camera.height / 2),
  };
}

function isOver(a: Box, b: Box): boolean {
  return (
    Math.abs(a.x - b.x) < a.halfWidth + b.halfWidth - SLACK_PX &&
    a.y - a.height < b.y - SLACK_PX &&
    b.y - b.height < a.y - SLACK_PX
  );
}

/** The box at the nearest place where it is all on the screen and under no panel, if it may go so far; else where it was. */
function aside(box: Box, width: number, covered: readonly ScreenBox[]): Box {
  const { asidePx } = box.label;
  if (asidePx === 0) return box;
  const isGood = (x: number): boolean =>
    Math.abs(x - box.x) <= asidePx &&
    x >= box.halfWidth &&
    x <= width - box.halfWidth &&
    !covered.some((panel) => isUnder({ ...box, x }, panel));
  const places = [box.x, box.halfWidth, width - box.halfWidth];
  for (const { left, right } of covered) places.push(left - box.halfWidth, right + box.halfWidth);
  const x = places.filter(isGood).reduce((best, place) => nearer(box.x, best, place), Number.POSITIVE_INFINITY);
  return x === Number.POSITIVE_INFINITY ? box : { ...box, x };
}

function nearer(to: number, a: number, b: number): number {
  return Math.abs(b - to) < Math.abs(a - to) ? b : a;
}

function isUnder({ x, y, halfWidth, height }: Box, panel: ScreenBox): boolean {
  return x + halfWidth > panel.left && x - halfWidth < panel.right && y > panel.top && y - height < panel.bottom;
}
