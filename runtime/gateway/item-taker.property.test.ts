import { ByteWriter } from '@tickbase/base';
import { CLIENT_MESSAGE_LIMITS, ClientMessageDecoder, encodeClientMessage } from '@tickbase/protocol';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type InboxItem, RoundRobinInbox } from '../tick/index.ts';
import { DEFAULT_LIMITS } from './gateway-limits.ts';
import { GatewayMetrics } from './gateway-metrics.ts';
import { ItemTaker } from './item-taker.ts';
import { ServedModule } from './served-module.ts';
import { SessionPlaces } from './session-places.ts';
import type { Session } from './session.ts';
import { POKE, SAY, stagePlan } from './testing/stage-plan.ts';

const LIMITS = {
  ...DEFAULT_LIMITS,
  callsWaitingMax: 9,
  resultsKeptMax: 14,
  callsPerSecond: 20,
  callsBurst: 12,
};

/** One client's way into the inbox. */
class Door {
  readonly places = new SessionPlaces(LIMITS);
  readonly inbox = new RoundRobinInbox();
  readonly metrics = new GatewayMetrics();
  readonly log = { acceptsWrites: true };
  readonly session: Session;
  readonly items: ItemTaker;
  /** What was taken from the inbox. */
  readonly taken: unknown[] = [];

  constructor() {
    const module = new ServedModule(stagePlan(20));
    this.session = { place: this.places.take(0), module, queue: null } as unknown as Session;
    this.items = new ItemTaker({ module }, LIMITS, this.inbox, this.metrics, this.log, this.places);
  }

  take(): void {
    const item = this.inbox.take();
    if (item === null) return;
    this.taken.push(factsOf(item));
    this.places.calls.commit(this.session.place, (item as { sequence: number }).sequence, 7);
  }

  get facts(): unknown {
    const { calls } = this.places;
    const { place } = this.session;
    return {
      taken: this.taken,
      accepted: calls.accepted(place),
      processed: calls.processed(place),
      waiting: [calls.waitingCount(place), this.inbox.waitingCount],
      bytes: calls.keptBytes(place),
      calls: this.metrics.callsTaken,
      refusals: [...this.metrics.refusals],
    };
  }
}

const call = fc.record({
  reducerId: fc.oneof({ arbitrary: fc.constant(POKE), weight: 12 }, fc.constantFrom(SAY, 999)),
  args: fc.oneof(
    { arbitrary: fc.uint8Array({ minLength: 1, maxLength: 1 }), weight: 12 },
    fc.uint8Array({ maxLength: 3 }),
  ),
  /** Above or below the sequence that is due. */
  off: fc.oneof({ arbitrary: fc.constant(0), weight: 30 }, fc.constantFrom(-1, 1)),
});
const message = fc.record({
  calls: fc.array(call, { maxLength: 8 }),
  isOver: fc.boolean(),
  acceptsWrites: fc.oneof({ arbitrary: fc.constant(true), weight: 5 }, fc.constant(false)),
  takes: fc.nat(9),
  passesMs: fc.nat(300),
});

test('calls of a message are taken as each of them would be alone', () => {
  let takenCount = 0;
  fc.assert(
    fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
      const [together, alone] = [new Door(), new Door()];
      const decoder = new ClientMessageDecoder(CLIENT_MESSAGE_LIMITS);
      let nowMs = 0;
      for (const { calls, isOver, acceptsWrites, takes, passesMs } of messages) {
        nowMs += passesMs;
        const overLimit = isOver && passesMs % 3 === 0 ? 'too many messages' : '';
        const accepted = alone.places.calls.accepted(alone.session.place);
        const items = calls.map(({ reducerId, args, off }, i) => {
          return { kind: 'call', sequence: Math.max(1, accepted + 1 + i + off), reducerId, args } as const;
        });
        const writer = new ByteWriter(256);
        encodeClientMessage(writer, { receiptTick: 0, items });
        decoder.decode(writer.view());
        for (const { log } of [together, alone]) log.acceptsWrites = acceptsWrites;
        const refusal = together.items.takeCalls(together.session, decoder.calls, overLimit, nowMs);
        let expected: unknown = null;
        for (const item of items) expected ??= alone.items.take(alone.session, item, overLimit, nowMs);
        expect(refusal).toEqual(expected);
        if (refusal !== null) return;
        for (let i = 0; i < takes; i++) for (const door of [together, alone]) door.take();
        expect(together.facts).toEqual(alone.facts);
      }
      takenCount += together.taken.length;
    }),
  );
  expect(takenCount).toBeGreaterThan(25);
});

function factsOf(item: InboxItem): unknown {
  const { sequence, reducer, args, argsStart, argsEnd } = item as InboxItem & { kind: 'call' };
  return { sequence, reducer, args: [...args.subarray(argsStart, argsEnd)] };
}
