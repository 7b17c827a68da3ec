import type { CallResult } from '@tickbase/protocol';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CallLogs, STATUS_COMMITTED } from './call-logs.ts';

const AT = 5;

/** A client and a server with a link that breaks; sections that were told but not applied are lost with it. */
class Link {
  readonly log = new CallLogs();
  readonly waiting: number[] = [];
  /** What the client knows: results in the order in which it saw them, and its last tick. */
  readonly seen: number[] = [];
  clientTick = 0;
  resumes = 0;
  retold = 0;
  #tick = 10;
  #onTheWay: { tick: number; sequences: number[] }[] = [];

  constructor() {
    this.log.open(AT);
  }

  accept(count: number): void {
    const first = this.log.accepted(AT) + 1;
    if (count === 1) this.log.accept(AT);
    else this.log.acceptAll(AT, count);
    for (let sequence = first; sequence < first + count; sequence++) this.waiting.push(sequence);
  }

  settle(pick: number): void {
    if (this.waiting.length === 0) return;
    const [sequence] = this.waiting.splice(pick % this.waiting.length, 1);
    this.log.settle(AT, sequence!, STATUS_COMMITTED);
  }

  tell(): void {
    const tick = ++this.#tick;
    const out: CallResult[] = [];
    this.log.tell(AT, out, tick, tick);
    this.#onTheWay.push({ tick, sequences: out.map((result) => result.sequence) });
  }

  arrive(): void {
    const section = this.#onTheWay.shift();
    if (section === undefined) return;
    this.clientTick = section.tick;
    for (const sequence of section.sequences) {
      if (sequence <= (this.seen.at(-1) ?? 0)) this.retold++;
      else this.seen.push(sequence);
    }
  }

  receipt(): void {
    this.log.releaseTick(AT, this.clientTick);
  }

  resume(): void {
    this.#onTheWay = [];
    this.resumes++;
    this.log.rewind(AT, this.seen.at(-1) ?? 0);
  }
}

test('over any breaks of the link the client sees each result once, in order, and what it has seen is forgotten', () => {
  let resumes = 0;
  let results = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 7 }), fc.nat(20)), { maxLength: 120 }), (steps) => {
      const link = new Link();
      for (const [kind, pick] of steps) {
        if (kind === 0) link.accept(1 + (pick % 4));
        else if (kind === 1) link.log.refuse(AT, 'TOO_MANY_CALLS', 'wait');
        else if (kind <= 3) link.settle(pick);
        else if (kind === 4) link.tell();
        else if (kind === 5) link.arrive();
        else if (kind === 6) link.receipt();
        else if (pick < 5) link.resume();
        expect(link.seen).toEqual(link.seen.map((_, place) => place + 1));
        expect(link.log.keptCount(AT)).toBe(link.log.accepted(AT) - link.log.released(AT));
        expect(link.log.released(AT)).toBeLessThanOrEqual(link.seen.length);
      }
      while (link.waiting.length > 0) link.settle(0);
      link.resume();
      link.tell();
      link.arrive();
      link.receipt();
      expect(link.seen).toHaveLength(link.log.accepted(AT));
      expect([link.log.keptCount(AT), link.log.keptBytes(AT), link.log.waitingCount(AT)]).toEqual([0, 0, 0]);
      expect(link.retold).toBe(0);
      resumes += link.resumes;
      results += link.seen.length;
    }),
    { numRuns: 500 },
  );
  expect(Math.min(resumes, results)).toBeGreaterThan(500);
});

test('a commit is a settle and a stamp, whatever was settled before it', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.nat(20)), { maxLength: 80 }), (steps) => {
      const [quick, slow] = [new CallLogs(), new CallLogs()];
      for (const log of [quick, slow]) log.open(AT);
      const waiting: number[] = [];
      let tick = 30;
      for (const [kind, pick] of steps) {
        tick++;
        if (kind === 0) {
          for (const log of [quick, slow]) log.refuse(AT, 'TOO_MANY_CALLS', 'wait');
        } else if (kind === 1) {
          const count = 1 + (pick % 5);
          for (let i = 1; i <= count; i++) waiting.push(quick.accepted(AT) + i);
          quick.acceptAll(AT, count);
          for (let i = 0; i < count; i++) slow.accept(AT);
        } else if (kind <= 4 && waiting.length > 0) {
          const [sequence] = waiting.splice(kind === 4 ? pick % waiting.length : 0, 1);
          quick.commit(AT, sequence!, tick);
          slow.settle(AT, sequence!, STATUS_COMMITTED);
          slow.stamp(AT, tick);
        } else {
          const [told, expected] = [quick, slow].map((log) => {
            const results: CallResult[] = [];
            log.tell(AT, results, tick, tick);
            if (pick % 2 === 0) log.releaseTick(AT, tick - (pick % 3));
            return results;
          });
          expect(told).toEqual(expected);
        }
        const [now, expectedNow] = [quick, slow].map((log) => [
          log.released(AT),
          log.told(AT),
          log.processed(AT),
          log.accepted(AT),
          log.waitingCount(AT),
          log.keptBytes(AT),
        ]);
        expect(now).toEqual(expectedNow);
      }
    }),
  );
});
