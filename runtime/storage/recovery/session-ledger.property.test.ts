import { Prng } from '@tickbase/base';
import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { runsOf } from '../../../test/support/runs-of.ts';
import { SessionMarks } from '../../tick/index.ts';
import { ENDED_MAX, type PastSession, SessionLedger } from './session-ledger.ts';

interface ModelSession {
  readonly handle: number;
  readonly identity: bigint;
  readonly connectionId: bigint;
  processed: number;
  timestampUs: number;
  claims: string;
}

/** Sessions as lists, changed event after event: the marks of a tick say the same without their order. */
class Model {
  readonly open: ModelSession[] = [];
  readonly ended: ModelSession[] = [];

  event(prng: Prng, marks: SessionMarks, tick: number): void {
    const session = this.open.length === 0 ? undefined : prng.pick(this.open);
    const kind = prng.int(0, 4);
    if (session === undefined || kind === 0) this.#open(prng, marks, tick);
    else if (kind === 1) {
      marks.closed.push(session.handle);
      this.open.splice(this.open.indexOf(session), 1);
      session.timestampUs = tick;
      this.ended.push(session);
    } else if (kind === 4) {
      session.claims = `{"roles":["smith ${prng.u32()}"]}`;
      marks.claims.push({ handle: session.handle, claims: session.claims });
    } else {
      session.processed += prng.int(1, 9);
      marks.processed.push(session.handle, session.processed);
    }
  }

  #open(prng: Prng, marks: SessionMarks, tick: number): void {
    let handle = 0;
    while (this.open.some((session) => session.handle === handle)) handle++;
    const identity = prng.bigint(0n, 2n ** 256n - 1n);
    const connectionId = prng.bigint(0n, 2n ** 128n - 1n);
    this.open.push({ handle, identity, connectionId, processed: 0, timestampUs: tick, claims: '' });
    marks.opened.push({ handle, identity, connectionId });
    marks.processed.push(handle, 0);
    marks.claims.push({ handle, claims: '' });
  }
}

const byIdentity = (a: { identity: bigint }, b: { identity: bigint }): number => (a.identity < b.identity ? -1 : 1);
const told = ({ identity, connectionId, processed, timestampUs }: PastSession): unknown[] => [
  identity,
  connectionId,
  processed,
  timestampUs,
];

function checkSame(ledger: SessionLedger, model: Model): void {
  const open = [...model.open].sort((a, b) => a.timestampUs - b.timestampUs || a.handle - b.handle);
  expect(ledger.openSessions()).toEqual(open);
  const ended = ledger.endedSessions();
  expect([...ended].sort(byIdentity).map(told)).toEqual([...model.ended].sort(byIdentity).map(told));
}

test('the ledger knows every session as a list of them does, also through its bytes', () => {
  assert(
    property(integer({ min: 0, max: 0xffff_ffff }), (seed) => {
      const prng = new Prng(seed);
      const model = new Model();
      let ledger = new SessionLedger();
      const marks = new SessionMarks();
      for (let tick = 1; tick <= 30; tick++) {
        for (let events = prng.int(0, 6); events > 0; events--) model.event(prng, marks, tick);
        ledger.take(marks, tick);
        marks.clear();
        if (prng.int(0, 4) === 0) ledger = SessionLedger.decode(ledger.encode());
        checkSame(ledger, model);
      }
    }),
    { numRuns: runsOf(150) },
  );
});

test('of a handle that changes hands within a tick, a sequence that falls belongs to the next session', () => {
  const ledger = new SessionLedger();
  const marks = new SessionMarks();
  marks.opened.push({ handle: 3, identity: 11n, connectionId: 12n });
  marks.processed.push(3, 40);
  ledger.take(marks, 5);
  marks.clear();
  marks.processed.push(3, 41, 3, 2);
  marks.closed.push(3);
  marks.opened.push({ handle: 3, identity: 21n, connectionId: 22n });
  ledger.take(marks, 6);
  expect(ledger.openSessions()).toEqual([
    { handle: 3, identity: 21n, connectionId: 22n, processed: 2, timestampUs: 6, claims: '' },
  ]);
  expect(ledger.endedSessions()).toMatchObject([{ identity: 11n, connectionId: 12n, processed: 41 }]);
});

test('only the newest ended sessions are kept, and their order goes through the bytes', () => {
  const ledger = new SessionLedger();
  const marks = new SessionMarks();
  for (let i = 0; i < ENDED_MAX + 100; i++) {
    marks.clear();
    marks.opened.push({ handle: 1, identity: BigInt(i), connectionId: 7n });
    marks.closed.push(1);
    ledger.take(marks, i + 1);
  }
  const again = SessionLedger.decode(ledger.encode());
  const ended = again.endedSessions();
  expect(ended).toHaveLength(ENDED_MAX);
  expect(ended[0]!.identity).toBe(100n);
  expect(ended.at(-1)!.identity).toBe(BigInt(ENDED_MAX + 99));
  expect(ended).toEqual(ledger.endedSessions());
});

test('bytes that are no ledger are refused', () => {
  const bytes = new SessionLedger().encode();
  expect(() => SessionLedger.decode(bytes.subarray(1))).toThrow('RECORD_MISFIT');
  expect(() => SessionLedger.decode(new Uint8Array(0))).toThrow('RECORD_MISFIT');
});
