import { expect, test } from 'vitest';
import { Camera } from './camera.ts';
import { LabelSpreader } from './label-spreader.ts';
import type { Label, ScreenBox } from './renderer.ts';

const camera = new Camera();
camera.resize(640, 400);

/** A label of 80 by 20 pixels over a point in metres. */
function label(key: string, x: number, y: number, rank = 1): Label {
  const art = { canvas: { width: 160, height: 40 } as HTMLCanvasElement, pxPerM: 2, footX: 0.5, footY: 1 };
  return { art, x, y, liftM: 1, risePx: 0, rank, asidePx: 0, key };
}

function shown(
  spreader: LabelSpreader,
  labels: readonly Label[],
  covered: readonly ScreenBox[] = [],
  frames = 40,
): string[] {
  let keys: string[] = [];
  for (let i = 0; i < frames; i++) keys = spreader.spread(labels, camera, 16, covered).map(({ label: { key } }) => key);
  return keys.sort();
}

test('labels that do not touch are all shown', () => {
  expect(shown(new LabelSpreader(), [label('ann', 1, 2), label('bob', 7, 2), label('cat', 1, 5)])).toEqual([
    'ann',
    'bob',
    'cat',
  ]);
});

test('of two that would cover each other the one nearer to the middle stays', () => {
  expect(shown(new LabelSpreader(), [label('far', 3, 2), label('near', 2, 1.8)])).toEqual(['near']);
});

test('rank goes before nearness', () => {
  expect(shown(new LabelSpreader(), [label('speech', 3, 2, 2), label('name', 2, 1.8)])).toEqual(['speech']);
});

test('a label that becomes covered fades, and does not blink', () => {
  const spreader = new LabelSpreader();
  shown(spreader, [label('ann', 1, 2), label('bob', 7, 2)]);
  const covered = [label('ann', 1, 2), label('bob', 2, 2.1)];
  const bob = spreader.spread(covered, camera, 16, []).find(({ label: { key } }) => key === 'bob');
  expect(bob!.alpha).toBeGreaterThan(0.5);
  expect(shown(spreader, covered)).toEqual(['ann']);
});

test('labels of one head, one risen above the other, are both shown', () => {
  const above = { ...label('speech', 1, 2, 2), risePx: 20 };
  expect(shown(new LabelSpreader(), [label('name', 1, 2), above])).toEqual(['name', 'speech']);
});

/** A panel round the middle of a label that `label` makes, 20 pixels wide. */
function panelOver(x: number, y: number, fromX = -10, toX = 10): ScreenBox {
  const [middleX, bottom] = [camera.screenX(x), camera.screenY(y + 1)];
  return { left: middleX + fromX, right: middleX + toX, top: bottom - 30, bottom: bottom + 30 };
}

test('a name that a panel would cover is not shown, and takes no place from another', () => {
  const panel = panelOver(1, 2, -60, -25);
  expect(shown(new LabelSpreader(), [label('ann', 1, 2, 2), label('bob', 2.5, 2)], [panel])).toEqual(['bob']);
});

test('a label that may stand aside does so, by as little as it must', () => {
  const speech = { ...label('speech', 1, 2), asidePx: 30 };
  const [free] = new LabelSpreader().spread([speech], camera, 16, []);
  const [moved] = new LabelSpreader().spread([speech], camera, 16, [panelOver(1, 2, 30, 90)]);
  expect(moved!.x).toBeCloseTo(free!.x - 10);
});

test('where that is not enough it fades', () => {
  const speech = { ...label('speech', 1, 2), asidePx: 30 };
  expect(shown(new LabelSpreader(), [speech], [panelOver(1, 2)])).toEqual([]);
});

test('a label that may stand aside stays on the screen', () => {
  const east = camera.shown(0).east;
  const [placed] = new LabelSpreader().spread([{ ...label('speech', east - 1, 2), asidePx: 30 }], camera, 16, []);
  expect(placed!.x).toBeCloseTo(camera.width - 40);
});
