import { readPieceHandle } from '@tickbase/protocol';
import type { InterestPlan } from '@tickbase/schema/plan';
import { expect, test } from 'vitest';
import { NO_EASING } from './easing.ts';
import { emptyFrame } from './empty-frame.ts';
import { decodeRow } from './testing/decode-row.ts';
import { piecesOf } from './testing/pieces-of.ts';
import { Stage, type StageViewer } from './testing/stage.ts';

const bodyRow = (key: number, x: number, y: number): unknown[] => [key, 0, x, y, 0, 90, 0];

/** A body that changes in every tick, by its key, where `x` is far from the viewers' own bodies at 5. */
function stageWith(limits: Partial<InterestPlan>, xs: Readonly<Record<number, number>>): Stage {
  const stage = new Stage(60, {}, limits);
  stage.tick(() => {
    stage.table('body').insert(bodyRow(1, 5, 5));
    stage.table('body').insert(bodyRow(2, 6, 5));
    for (const [key, x] of Object.entries(xs)) stage.table('body').insert(bodyRow(Number(key), x, 5));
  });
  return stage;
}

/** Everyone's hit points are set to the same number. */
function hit(stage: Stage, hp: number, keys: readonly number[]): void {
  const bodies = stage.table('body');
  for (const key of keys) bodies.set(bodies.slotOfKey(key), 5, hp);
}

const hpOf = (viewer: StageViewer, key: number): unknown =>
  [...viewer.client.rowsOf(37).values()].find(({ values }) => values[0] === key)?.values[5];

function watcher(stage: Stage, person = 0, ...queries: string[]): StageViewer {
  const viewer = stage.addViewer(person);
  viewer.subscribe(1, ...(queries.length === 0 ? ['body'] : queries));
  viewer.take();
  return viewer;
}

const TIERS = [
  { beyond: 10, everyTicks: 2 },
  { beyond: 30, everyTicks: 4 },
];

test('a cell is told of as often as its tier says, and what it tells then is all that has changed', () => {
  const stage = stageWith({ tiers: TIERS }, { 7: 8, 8: 27, 9: 50 });
  const ann = watcher(stage);
  const seen: Record<number, unknown[]> = { 7: [], 8: [], 9: [] };
  for (let hp = 101; hp <= 116; hp++) {
    stage.tick(() => hit(stage, hp, [7, 8, 9]));
    ann.take();
    for (const key of [7, 8, 9]) seen[key]!.push(hpOf(ann, key));
  }
  expect(seen[7]).toEqual(Array.from({ length: 16 }, (_, i) => 101 + i));
  expect(new Set(seen[8]!.slice(1)).size).toBe(8);
  expect(new Set(seen[9]!.slice(3)).size).toBe(4);
  for (const [key, period] of [
    [8, 2],
    [9, 4],
  ] as const) {
    const lags = seen[key]!.slice(4).map((hp, i) => 105 + i - (hp as number));
    expect(Math.max(...lags)).toBe(period - 1);
    expect(Math.min(...lags)).toBe(0);
  }
});

test('all watchers of a far cell are given the same bytes, in the same tick', () => {
  const stage = stageWith({ tiers: TIERS }, { 9: 50 });
  const viewers = [watcher(stage, 0), watcher(stage, 1)];
  let told = 0;
  for (let hp = 101; hp <= 112; hp++) {
    stage.tick(() => hit(stage, hp, [9]));
    const [first, second] = viewers.map((viewer) => piecesOf(viewer.take()));
    expect(first).toEqual(second);
    told += first!.length;
  }
  expect(told).toBe(3);
});

test('a viewer of whom nothing is due has no news, and a cell that does not change costs nothing', () => {
  const stage = stageWith({ tiers: TIERS }, { 9: 50 });
  const ann = watcher(stage);
  for (let i = 0; i < 8; i++) {
    stage.tick();
    expect(stage.views.hasNews(ann.id)).toBe(false);
  }
  stage.tick(() => hit(stage, 101, [9]));
  let waited = 0;
  for (; !stage.views.hasNews(ann.id); waited++) stage.tick();
  expect(waited).toBeLessThan(4);
  expect(ann.take().pieceCount).toBe(1);
  expect(hpOf(ann, 9)).toBe(101);
});

test('who comes nearer is told at once what a far cell had kept back', () => {
  const stage = stageWith({ tiers: [{ beyond: 10, everyTicks: 32 }] }, { 9: 50 });
  const ann = watcher(stage);
  for (let hp = 101; hp <= 103; hp++) {
    stage.tick(() => hit(stage, hp, [9]));
    ann.take();
  }
  stage.tick(() => stage.table('body').set(stage.table('body').slotOfKey(1), 2, 45));
  ann.take();
  expect(hpOf(ann, 9)).toBe(103);
});

test('who comes nearer has news of what a far cell had kept back, also if nothing else is due', () => {
  const stage = stageWith({ tiers: [{ beyond: 10, everyTicks: 32 }] }, { 9: 50 });
  const ann = stage.addViewer(0);
  ann.subscribe(1, {
    table: 'body',
    where: { op: 'eq', column: 'pk', value: { kind: 'value', value: 9 } },
    withinM: null,
  });
  ann.take();
  stage.tick(() => hit(stage, 101, [9]));
  expect(stage.views.hasNews(ann.id)).toBe(false);
  stage.tick(() => stage.table('body').set(stage.table('body').slotOfKey(1), 2, 45));
  expect(stage.views.hasNews(ann.id)).toBe(true);
  ann.take();
  expect(hpOf(ann, 9)).toBe(101);
});

test('rows of exact tables come in their tick from any distance', () => {
  const stage = stageWith({ tiers: [{ beyond: 10, everyTicks: 32 }] }, { 9: 50 });
  stage.tick(() => stage.table('plate').insert([31, 9, 'ash']));
  const ann = watcher(stage, 0, 'body', 'plate');
  for (const text of ['birch', 'cedar', 'dogwood']) {
    stage.tick(() => stage.table('plate').set(0, 2, text));
    ann.take();
    expect([...ann.client.rowsOf(41).values()].map(({ values }) => values[2])).toEqual([text]);
  }
});

test('what the viewer itself has written in a far cell comes in that tick, and the rest of the cell when it is due', () => {
  const stage = stageWith({ tiers: [{ beyond: 10, everyTicks: 32 }] }, { 8: 50, 9: 50 });
  const ann = watcher(stage);
  const bodies = stage.table('body');
  let hp = 100;
  while (hpOf(ann, 8) !== hp) {
    hp++;
    stage.tick(() => hit(stage, hp, [8, 9]));
    if (stage.views.hasNews(ann.id)) ann.take();
  }
  const told = hp;
  for (hp = told + 1; hp <= told + 4; hp++) {
    stage.tick(() => hit(stage, hp, [8, 9]));
    stage.views.noteOwnWrites(ann.id, Uint32Array.of(bodies.position, bodies.slotOfKey(9)), 1);
    const frame = ann.take();
    expect(frame.ownRows.list().map(({ row }) => decodeRow(bodies.plan, row)[5])).toEqual([hp]);
    expect(frame.pieceCount).toBe(0);
    expect(hpOf(ann, 8)).toBe(told);
  }
});

test('a far cell comes in the tick in which the viewer has written a row that came there since', () => {
  const stage = stageWith({ tiers: [{ beyond: 10, everyTicks: 32 }] }, { 8: 50, 9: 90 });
  const ann = watcher(stage);
  const bodies = stage.table('body');
  stage.tick(() => hit(stage, 101, [8]));
  ann.take();
  stage.tick(() => bodies.insert(bodyRow(11, 51, 5)));
  stage.views.noteOwnWrites(ann.id, Uint32Array.of(bodies.position, bodies.slotOfKey(11)), 1);
  expect(ann.take().ownRows.count).toBe(1);
  expect(ann.keys('body')).toContain(11);
  expect(hpOf(ann, 8)).toBe(101);
});

test('a client that writes in a crowd in every tick has no more than its budget for it', () => {
  const stage = stageWith(
    { bytesPerSecond: 2_000 },
    Object.fromEntries(Array.from({ length: 60 }, (_, i) => [10 + i, 5])),
  );
  const ann = watcher(stage);
  const bodies = stage.table('body');
  const keys = Array.from({ length: 60 }, (_, i) => 10 + i);
  let pieceBytes = 0;
  for (let i = 0; i < 100; i++) {
    stage.tick(() => hit(stage, 100 + i, keys));
    stage.views.noteOwnWrites(ann.id, Uint32Array.of(bodies.position, bodies.slotOfKey(10)), 1);
    const frame = ann.take();
    if (i >= 20) pieceBytes += frame.pieces.length;
    expect(frame.ownRows.count).toBe(1);
  }
  expect(pieceBytes).toBeGreaterThan(0);
  expect(pieceBytes).toBeLessThan(2_000 * 4 * 1.1);
});

test('eased tiers are slower by the factor, and quick again when it is over', () => {
  const stage = stageWith({ tiers: [{ beyond: 10, everyTicks: 2 }] }, { 7: 8, 9: 50 });
  const ann = watcher(stage);
  let hp = 100;
  const changesIn = (ticks: number, key: number): number => {
    const seen = new Set<unknown>();
    for (let i = 0; i < ticks; i++) {
      hp++;
      stage.tick(() => hit(stage, hp, [7, 9]));
      ann.take();
      if (i > 0) seen.add(hpOf(ann, key));
    }
    return seen.size;
  };
  expect(changesIn(17, 9)).toBeGreaterThanOrEqual(8);
  stage.views.ease({ ...NO_EASING, farFactor: 4, nearEveryTicks: 2 });
  changesIn(8, 9);
  expect(changesIn(33, 9)).toBeLessThanOrEqual(5);
  expect(changesIn(33, 7)).toBeLessThanOrEqual(17);
  stage.views.ease(NO_EASING);
  changesIn(8, 9);
  expect(changesIn(17, 7)).toBe(16);
  expect(changesIn(17, 9)).toBeGreaterThanOrEqual(8);
});

test('an eased radius lets the farthest cells go, and takes them back', () => {
  const stage = stageWith({}, { 8: 27, 9: 60 });
  const ann = watcher(stage);
  const after = (radiusFactor: number): unknown[] => {
    stage.views.ease({ ...NO_EASING, radiusFactor });
    for (let i = 0; i < 25; i++) {
      stage.tick();
      ann.take();
    }
    return ann.keys('body');
  };
  expect(after(0.6)).toEqual([1, 2, 8]);
  expect(after(1)).toEqual([1, 2, 8, 9]);
});

test('near cells are told of while the budget lasts, far ones when there is room, and nothing is lost', () => {
  // 100 bytes a tick at 20 Hz; each piece of one body's heading takes about 14.
  const far = Object.fromEntries(Array.from({ length: 24 }, (_, i) => [10 + i, 16 + 2 * i]));
  const stage = stageWith({ bytesPerSecond: 1_600 }, far);
  const ann = watcher(stage);
  const keys = Object.keys(far).map(Number);
  for (let i = 0; i < 60; i++) {
    stage.tick();
    ann.take();
  }
  expect(ann.keys('body')).toEqual([1, 2, ...keys]);
  const lags = new Map(keys.map((key) => [key, 0]));
  for (let hp = 200; hp < 260; hp++) {
    stage.tick(() => {
      hit(stage, hp, [1, ...keys]);
      for (const key of keys) stage.table('body').set(stage.table('body').slotOfKey(key), 6, hp % 200);
    });
    ann.take();
    expect(hpOf(ann, 1)).toBe(hp); // its own cell, always
    for (const key of keys) lags.set(key, Math.max(lags.get(key)!, hp - (hpOf(ann, key) as number)));
  }
  expect(lags.get(10)).toBeLessThan(4);
  expect(lags.get(33)).toBeGreaterThan(lags.get(10)!);
  for (let i = 0; i < 60; i++) {
    stage.tick();
    ann.take();
  }
  expect(keys.map((key) => hpOf(ann, key))).toEqual(keys.map(() => 259));
});

test('first copies come nearest first as the budget allows, and the query set is complete with the last', () => {
  const far = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [10 + i, 12 + 1.2 * i]));
  const stage = stageWith({ bytesPerSecond: 2_048 }, far);
  const ann = watcher(stage);
  expect(ann.frame.isAreaReady).toBe(true);
  expect(ann.keys('body').slice(0, 2)).toEqual([1, 2]);
  let farthest = 0;
  let appliedAt = -1;
  for (let i = 0; i < 60 && appliedAt < 0; i++) {
    stage.tick();
    ann.take();
    const keys = ann.keys('body') as number[];
    expect(keys.slice(2)).toEqual(Array.from({ length: keys.length - 2 }, (_, k) => 10 + k));
    farthest = keys.at(-1)!;
    if (ann.frame.applied.length > 0) appliedAt = i;
  }
  expect(appliedAt).toBeGreaterThan(1);
  expect(farthest).toBe(49);
});

test('first copies come also while what the client has already would fill its budget for good', () => {
  // 102 bytes a tick: the near ones alone need 120, and the cell with many rows is longer than what a full budget holds.
  const near = Array.from({ length: 24 }, (_, i) => 10 + i);
  const crowd = Array.from({ length: 40 }, (_, i) => 50 + i);
  const places = [...near.map((key) => [key, key]), ...crowd.map((key) => [key, 52 + (key % 3)])];
  const stage = stageWith({ bytesPerSecond: 2_048 }, Object.fromEntries(places));
  const ann = stage.addViewer(0);
  ann.subscribe(1, { table: 'body', where: null, withinM: 35 });
  let hp = 200;
  const ownLags: number[] = [];
  const pass = (ticks: number): void => {
    for (const endHp = hp + ticks; hp < endHp;) {
      hp++;
      stage.tick(() => {
        hit(stage, hp, [1, ...near]);
        for (const key of near) stage.table('body').set(stage.table('body').slotOfKey(key), 6, hp % 200);
      });
      ann.take();
      ownLags.push(hp - (hpOf(ann, 1) as number));
    }
  };
  pass(80);
  expect(ann.keys('body')).toEqual([1, 2, ...near]);
  ann.subscribe(2, 'body');
  pass(40);
  expect(ann.keys('body')).toEqual([1, 2, ...near, ...crowd]);
  expect(Math.max(...ownLags)).toBeLessThan(12); // its own cell waits for half a second at most
});

test('what a client may have from before its link was lost, and waits for bytes, ends when another diff builder takes over', () => {
  const stage = stageWith({ bytesPerSecond: 2_048 }, Object.fromEntries([40, 41, 42].map((key) => [key, 50])));
  const { views, world } = stage;
  const ann = watcher(stage);
  watcher(stage, 1); // keeps the pages
  for (let i = 0; i < 8; i++) {
    stage.tick();
    ann.take();
  }
  expect(ann.keys('body')).toEqual([1, 2, 40, 41, 42]);
  const knownTick = world.tick;
  stage.tick(() => views.unsubscribe(ann.id, 1));
  views.takeFrame(ann.id, emptyFrame());
  stage.tick(() => {
    ann.subscribe(2, 'body');
    for (let key = 50; key < 90; key++) stage.table('body').insert(bodyRow(key, key < 70 ? 30 : 50, 5));
  });
  views.resume(ann.id, knownTick);
  ann.take();
  expect(ann.keys('body')).toEqual([1, 2, 40, 41, 42, ...Array.from({ length: 20 }, (_, i) => 50 + i)]);
  stage.takeOver(() => {
    for (const key of [40, 41, 42]) stage.table('body').delete(stage.table('body').slotOfKey(key));
  });
  ann.take();
  expect(ann.keys('body')).toEqual([1, 2, ...Array.from({ length: 40 }, (_, i) => 50 + i)]);
});

test('after a leap the cell of the new place comes at once, and the client is told that it is there', () => {
  const crowd = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [10 + i, 1_000 + (i % 7)]));
  const stage = stageWith({ bytesPerSecond: 2_048 }, crowd);
  const ann = watcher(stage);
  stage.tick();
  ann.take();
  expect(ann.frame.isAreaReady).toBe(false);
  stage.tick(() => stage.table('body').set(stage.table('body').slotOfKey(1), 2, 1_003));
  ann.take();
  expect(ann.frame.isAreaReady).toBe(true);
  expect(ann.keys('body').length).toBe(61);
});

test('a client that asks for less is sent less, and one that asks for more is not', () => {
  const far = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [10 + i, 12 + 1.2 * i]));
  const stage = stageWith({ bytesPerSecond: 4_096 }, far);
  const ticksToLoad = (person: number, wanted: number): number => {
    const viewer = stage.addViewer(person);
    stage.views.limit(viewer.id, wanted);
    viewer.subscribe(1, 'body');
    let ticks = 0;
    for (viewer.take(); viewer.frame.applied.length === 0; ticks++) {
      stage.tick();
      viewer.take();
    }
    return ticks;
  };
  const asGiven = ticksToLoad(0, Number.POSITIVE_INFINITY);
  expect(ticksToLoad(1, 2_048)).toBeGreaterThan(1.5 * asGiven);
  expect(ticksToLoad(0, 1_000_000)).toBe(asGiven);
});

test('a cell that does not change is encoded once for all who come', () => {
  const stage = stageWith({}, { 9: 20 });
  for (let i = 0; i < 3; i++) stage.tick();
  watcher(stage, 0);
  stage.tick(() => hit(stage, 99, [2]));
  watcher(stage, 0);
  const before = stage.views.figures().firstCopyCount;
  for (let i = 0; i < 20; i++) {
    stage.tick(() => hit(stage, 100 + i, [2]));
    watcher(stage, 1);
  }
  // The own cell changes in every tick; that of the body at 20 never.
  expect(stage.views.figures().firstCopyCount - before).toBe(20);
});

test('without an area a large table comes over several ticks, and other clients are not held up', () => {
  const stage = new Stage(null);
  const items = stage.table('item');
  const note = 'x'.repeat(2_000);
  stage.tick(() => {
    for (let key = 1; key <= 9_000; key++)
      items.insert([BigInt(key), { __identity__: 3n } as never, 0, 0, note, { tag: 'Calm' }]);
  });
  const ann = stage.addViewer(0);
  ann.subscribe(1, 'item');
  let ticks = 0;
  for (ann.take(); ann.frame.applied.length === 0; ticks++) {
    stage.tick();
    ann.take();
  }
  expect(ann.keys('item').length).toBe(9_000);
  expect(ticks).toBe(2); // three pages of 8 MB
});

test('far cells beyond the limit of rows are as if they were out of reach', () => {
  // Three in each cell of 12 m.
  const far = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [10 + i, 14 + 4 * i]));
  const stage = stageWith({ rowsMax: 10 }, far);
  const ann = watcher(stage);
  expect(ann.keys('body')).toEqual([1, 2, 10, 11, 12, 13, 14, 15]);
  stage.tick(() => {
    for (const key of [10, 11, 12]) stage.table('body').delete(stage.table('body').slotOfKey(key));
  });
  for (let i = 0; i < 9; i++) {
    stage.tick();
    ann.take();
  }
  expect(ann.keys('body')).toEqual([1, 2, 13, 14, 15, 16, 17, 18]);
  expect(ann.client.endings.filter(({ isDeleted }) => !isDeleted)).toEqual([]);
});

test('every piece is of a page that the client was told of before, or in the same frame', () => {
  const far = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [10 + i, 12 + 1.5 * i]));
  const stage = stageWith({ bytesPerSecond: 2_048, tiers: TIERS }, far);
  const ann = watcher(stage);
  for (let i = 0; i < 40; i++) {
    stage.tick(() => hit(stage, i, Object.keys(far).map(Number)));
    for (const piece of piecesOf(ann.take())) expect(ann.client.watches.has(readPieceHandle(piece, 0))).toBe(true);
  }
});

test('a crowd in the own cell is told of as often as the budget has room, and in no second more than a tenth beyond it', () => {
  const bytesPerSecond = 5_000;
  const crowd = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [10 + i, (i % 50) / 5]));
  const stage = stageWith({ bytesPerSecond }, crowd);
  const ann = watcher(stage);
  const keys = Object.keys(crowd).map(Number);
  const bytes: number[] = [];
  for (let hp = 0; hp < 120; hp++) {
    stage.tick(() => hit(stage, hp, keys));
    bytes.push(ann.take().pieces.length);
  }
  // The first copy is longer than the budget holds, and sent at once all the same.
  const seconds = bytes.slice(20, 101).map((_, i) => bytes.slice(20 + i, 40 + i).reduce((sum, one) => sum + one, 0));
  expect(Math.max(...seconds)).toBeLessThanOrEqual(1.1 * bytesPerSecond);
  expect(Math.min(...seconds)).toBeGreaterThan(0.6 * bytesPerSecond);
  expect(hpOf(ann, 10)).toBeGreaterThan(115);
});
