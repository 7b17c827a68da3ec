import { Prng } from '@tickbase/base';
import { expect, test } from 'vitest';
import type { OrdinaryFrame, ViewerId } from '../interest/viewers-port.ts';
import { STATUS_COMMITTED } from './call-logs.ts';
import { DEFAULT_LIMITS } from './gateway-limits.ts';
import { GatewayMetrics } from './gateway-metrics.ts';
import { Link } from './link.ts';
import { SectionOutbox } from './section-outbox.ts';
import { ServedModule } from './served-module.ts';
import { SessionRegistry } from './session-registry.ts';
import { SessionPlaces } from './session-places.ts';
import { Session } from './session.ts';
import { FakeViewers } from './testing/fake-viewers.ts';
import { stagePlan } from './testing/stage-plan.ts';

/** Viewers whose next frame is given: pieces of so many bytes, and rows of theirs. */
class GivenViewers extends FakeViewers {
  readonly #isOrdinary: boolean;
  pieceBytes = 0;
  rowBytes: readonly number[] = [];
  charged = 0;

  constructor(isOrdinary: boolean) {
    super();
    this.#isOrdinary = isOrdinary;
  }

  override hasNews(): boolean {
    return true;
  }

  override takeFrame(viewer: ViewerId, frame: Parameters<FakeViewers['takeFrame']>[1]): void {
    super.takeFrame(viewer, frame);
    this.#fill(frame);
  }

  override takeOrdinary(_viewer?: ViewerId, frame?: OrdinaryFrame): boolean {
    if (!this.#isOrdinary) return false;
    frame!.ownRows.clear();
    this.#fill(frame!);
    return true;
  }

  override charge(_viewer?: ViewerId, bytes = 0): void {
    this.charged += bytes;
  }

  #fill(frame: OrdinaryFrame): void {
    for (let i = 0; i < this.pieceBytes; i++) frame.pieces.u8(i);
    frame.pieceCount = this.pieceBytes === 0 ? 0 : 3;
    for (const length of this.rowBytes) {
      for (let i = 0; i < length; i++) frame.ownRows.bytes.u8(100 + i);
      frame.ownRows.add(4, length);
    }
  }
}

/** What one client gets in a seeded run of ticks, each message as its bytes. */
function run(isOrdinary: boolean): { readonly messages: string[]; readonly charged: number } {
  const prng = new Prng(71);
  const viewers = new GivenViewers(isOrdinary);
  const module = new ServedModule(stagePlan(20));
  const sessions = new SessionRegistry(new SessionPlaces(DEFAULT_LIMITS));
  const outbox = new SectionOutbox({
    served: { module, viewers },
    database: 'stage',
    epoch: 'e',
    resumeGraceMs: 1_000,
    commitLog: { durableTick: 1e9 },
    clock: { nowMs: () => 0, wallUs: () => 0 },
    metrics: new GatewayMetrics(),
    limits: DEFAULT_LIMITS,
    sessions,
  });
  const messages: string[] = [];
  const who = { token: '', claims: '', expiresAtS: Infinity, resumeToken: '', isConfirmed: false, module };
  const session = new Session({ ...who, identity: 7n, connectionId: 9n }, sessions.places);
  sessions.add(session, 0);
  session.viewer = viewers.add();
  session.state = 'live';
  const socket = {
    remoteAddress: '',
    send: (bytes: Uint8Array) => messages.push(Buffer.from(bytes).toString('hex')) > 0,
    bufferedBytes: () => 0,
    close: () => {},
  };
  session.link = new Link(socket, 0);
  session.socket = socket;
  let sequence = 0;
  for (let tick = 5; tick < 150; tick++) {
    viewers.pieceBytes = prng.int(0, 2) === 0 ? 0 : prng.int(1, 900);
    viewers.rowBytes = Array.from({ length: prng.int(0, 3) }, () => prng.int(0, 150));
    for (let results = prng.int(0, 3) === 0 ? prng.int(0, 30) : 0; results > 0; results--) {
      sessions.places.calls.accept(session.place);
      sessions.places.calls.settle(session.place, ++sequence, STATUS_COMMITTED);
    }
    outbox.assemble(session, { tick, timestampUs: 77n, receiptTick: tick }, true);
    if (prng.int(0, 2) > 0) outbox.flush(); // else two sections are one message
    sessions.places.calls.releaseTick(session.place, tick - 2);
  }
  outbox.flush();
  return { messages, charged: viewers.charged };
}

test('an ordinary frame leaves with the bytes that it has the long way, however much goes before its pieces', () => {
  const { messages, charged } = run(true);
  expect({ messages, charged }).toEqual(run(false));
  expect(messages.length).toBeGreaterThan(80);
});
