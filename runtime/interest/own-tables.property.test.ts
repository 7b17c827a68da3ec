import { Prng } from '@tickbase/base';
import { ownTable } from '@tickbase/schema/plan';
import type { Identity } from '@tickbase/schema/values';
import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { decodeRow } from './testing/decode-row.ts';
import { Stage, type StageViewer } from './testing/stage.ts';
import { IDENTITIES } from './testing/walk-values.ts';

const [ANN, BOB] = IDENTITIES;
/** A wallet shows `pk`, `owner` and `label`; `gold` and `pin` are its owner's. */
const OWN_ID = 131;

function rowsOf({ client }: StageViewer, tableId: number): unknown[][] {
  const rows = [...client.rowsOf(tableId).values()].map(({ values }) => values);
  return rows.sort(([a], [b]) => Number(a) - Number(b));
}

function stageWithWallets(): { stage: Stage; ann: StageViewer; bob: StageViewer } {
  const stage = new Stage(null);
  stage.tick(() => {
    stage.table('wallet').insert([5, ANN, 'oak', 91n, 7]);
    stage.table('wallet').insert([6, BOB, 'elm', 92n, 8]);
  });
  const [ann, bob] = [stage.addViewer(0), stage.addViewer(1)];
  for (const viewer of [ann, bob]) {
    expect(viewer.subscribe(1, 'wallet', 'wallet_own')).toBe(null);
    viewer.take();
  }
  return { stage, ann, bob };
}

test('all see a row without its owner’s columns, and the owner has these in a table of their own', () => {
  const { stage, ann, bob } = stageWithWallets();
  const { id } = stage.table('wallet').plan;
  for (const viewer of [ann, bob]) {
    expect(rowsOf(viewer, id)).toEqual([
      [5, ANN, 'oak'],
      [6, BOB, 'elm'],
    ]);
  }
  expect(rowsOf(ann, OWN_ID)).toEqual([[5, 91n, 7]]);
  expect(rowsOf(bob, OWN_ID)).toEqual([[6, 92n, 8]]);
});

test('only the owner hears of a change of these columns, and nothing of the others’ in its own table', () => {
  const { stage, ann, bob } = stageWithWallets();
  const wallets = stage.table('wallet');
  stage.tick(() => wallets.set(0, 3, 0x1122_3344_5566_7788n));
  expect(stage.views.withNews).toEqual([ann.id]);
  ann.take();
  expect(rowsOf(ann, OWN_ID)).toEqual([[5, 0x1122_3344_5566_7788n, 7]]);
  stage.tick(() => wallets.set(0, 2, 'ash'));
  const { pieces } = bob.take();
  expect(Buffer.from(pieces.bytes.subarray(0, pieces.length)).includes(Buffer.from([0x88, 0x77, 0x66]))).toBe(false);
  expect(ann.take().pieceCount).toBe(1);
});

test('a new owner gets them with the row, and the old one loses them', () => {
  const { stage, ann, bob } = stageWithWallets();
  stage.tick(() => stage.table('wallet').set(0, 1, BOB));
  for (const viewer of [ann, bob]) viewer.take();
  expect(rowsOf(ann, OWN_ID)).toEqual([]);
  expect(rowsOf(bob, OWN_ID)).toEqual([
    [5, 91n, 7],
    [6, 92n, 8],
  ]);
});

test('a diff builder that takes over goes on with what owners have', () => {
  const { stage, ann } = stageWithWallets();
  stage.takeOver(() => stage.table('wallet').set(0, 4, 9));
  ann.take();
  expect(rowsOf(ann, OWN_ID)).toEqual([[5, 91n, 9]]);
  stage.tick(() => stage.table('wallet').set(0, 3, 95n));
  ann.take();
  expect(rowsOf(ann, OWN_ID)).toEqual([[5, 95n, 9]]);
});

test('a question of one answer gives the asker’s own, and none can be asked of the table itself', () => {
  const { stage, bob } = stageWithWallets();
  const ask = (table: string, column: string): unknown =>
    stage.views.queryOnce(
      bob.id,
      { table, withinM: null, where: { op: 'gt', column, value: { kind: 'value', value: 1n } } },
      9,
    );
  const rows = ask('wallet_own', 'gold') as Uint8Array[];
  expect(rows.map((row) => decodeRow(ownTable(stage.table('wallet').plan)!, row))).toEqual([[6, 92n, 8]]);
  expect(ask('wallet', 'gold')).toMatchObject({ code: 'UNKNOWN_COLUMN' });
  expect(ask('wallet_own', 'owner')).toMatchObject({ code: 'UNKNOWN_COLUMN' });
});

test('on random walks with skipped frames and resumes, owners have just what is theirs', () => {
  assert(
    property(integer({ min: 0, max: 0xffff_ffff }), (seed) => {
      const prng = new Prng(seed);
      const stage = new Stage(null, { leaveRingTicks: prng.int(2, 9) });
      const wallets = stage.table('wallet');
      const owners = IDENTITIES.slice(0, 3) as Identity[];
      const viewers = owners.map((_, person) => stage.addViewer(person));
      for (const viewer of viewers) viewer.subscribe(1, 'wallet', 'wallet_own');
      const change = (): void => {
        const live = wallets.liveSlots();
        const draw = prng.int(0, 6);
        if (draw <= 1 || live.length === 0) {
          const pk = prng.int(1, 12);
          const row = [pk, prng.pick(owners), prng.pick(['oak', 'elm']), BigInt(prng.u32()), prng.int(0, 9)];
          if (wallets.slotOfKey(pk) < 0) wallets.insert(row);
        } else if (draw === 2) wallets.delete(prng.pick(live));
        else if (draw === 3) wallets.set(prng.pick(live), 1, prng.pick(owners));
        else if (draw === 4) wallets.set(prng.pick(live), 2, prng.pick(['ash', 'fir']));
        else wallets.set(prng.pick(live), draw - 2, draw === 5 ? BigInt(prng.u32()) : prng.int(0, 9));
      };
      for (let tick = 0; tick < 60; tick++) {
        stage.tick(() => {
          for (let count = prng.int(0, 3); count > 0; count--) change();
        });
        for (const [person, viewer] of viewers.entries()) {
          if (prng.int(0, 2) === 0) continue;
          if (prng.int(0, 9) === 0) stage.views.resume(viewer.id, viewer.client.tick);
          viewer.take();
          const rows = wallets.liveSlots().map((slot) => wallets.rows[slot]!);
          const sorted = rows.sort(([a], [b]) => Number(a) - Number(b));
          expect(rowsOf(viewer, wallets.plan.id)).toEqual(sorted.map((row) => row.slice(0, 3)));
          const own = sorted.filter(([, owner]) => (owner as Identity).isEqual(owners[person]!));
          expect(rowsOf(viewer, OWN_ID)).toEqual(own.map(([pk, , , gold, pin]) => [pk, gold, pin]));
        }
      }
    }),
    { numRuns: 25 },
  );
});
