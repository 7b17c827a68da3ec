import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectMistake } from '../testing/expect-mistake.ts';
import { ConnectionId } from './connection-id.ts';
import { Identity } from './identity.ts';
import { microsFromIso } from './micros-from-iso.ts';
import { Range } from './range.ts';
import { ScheduleAt } from './schedule-at.ts';
import { TimeDuration } from './time-duration.ts';
import { Timestamp } from './timestamp.ts';
import { Uuid } from './uuid.ts';

describe('ids', () => {
  test('an identity is its 64 hex digits, most significant first; its bytes are the other way round', () => {
    const hex = `00c2${'0'.repeat(58)}17`;
    const identity = new Identity(hex);
    expect(identity.toHexString()).toBe(hex);
    expect(identity.isEqual(new Identity(BigInt(`0x${hex}`)))).toBe(true);
    expect(identity.toUint8Array()[0]).toBe(0x17);
    expect(identity.toUint8Array()).toHaveLength(32);
    expect(JSON.stringify({ identity })).toBe(`{"identity":"${hex}"}`);
  });

  test('a connection id of 0 is null where that is asked for', () => {
    expect(ConnectionId.fromStringOrNull('0'.repeat(32))).toBeNull();
    expect(ConnectionId.fromString('0x' + '3'.repeat(32)).toHexString()).toBe('3'.repeat(32));
  });

  test('values are frozen', () => {
    for (const value of [
      Identity.zero(),
      Uuid.NIL,
      Timestamp.UNIX_EPOCH,
      new TimeDuration(3n),
      new Range(),
      ScheduleAt.time(3n),
    ]) {
      expect(Object.isFrozen(value)).toBe(true);
    }
  });

  test.each([
    ['a negative connection id', () => new ConnectionId(-1n)],
    ['a number as an identity', () => new Identity(7 as never)],
    ['a timestamp beyond 64 bits', () => new Timestamp(1n << 63n)],
    ['a text that is no uuid', () => Uuid.parse('0190-nope')],
  ])('%s is refused', (_title, run) => {
    expectMistake('VALUE_CLASS_INVALID', run);
  });
});

describe('uuids', () => {
  const random = Uint8Array.from({ length: 16 }, (_, i) => 0xf0 + i);

  test('of version 4 and 7 carry their version, and 7 its time', () => {
    const four = Uuid.fromRandomBytesV4(random);
    const seven = Uuid.fromUnixMillisV7(0x0190_1234_5678n, random.subarray(0, 10));
    expect([four.getVersion(), seven.getVersion(), Uuid.NIL.getVersion(), Uuid.MAX.getVersion()]).toEqual([
      'V4',
      'V7',
      'Nil',
      'Max',
    ]);
    expect(four.toString()).toBe('f0f1f2f3-f4f5-46f7-b8f9-fafbfcfdfeff');
    expect(seven.toString()).toBe('01901234-5678-70f1-b2f3-f4f5f6f7f8f9');
    expect(Uuid.parse(four.toString()).isEqual(four)).toBe(true);
    expect(four.toBytes()[0]).toBe(0xf0);
  });
});

describe('times', () => {
  test('a timestamp reads as ISO text, as Date writes it, with microseconds', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), fc.integer({ min: 0, max: 999 }), (date, micros) => {
        const timestamp = new Timestamp(BigInt(date.getTime()) * 1000n + BigInt(micros));
        expect(timestamp.toISOString()).toBe(date.toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`));
        expect(timestamp.toDate()).toEqual(date);
        expect(microsFromIso(timestamp.toISOString())).toBe(timestamp.microsSinceUnixEpoch);
      }),
      { numRuns: 1000 },
    );
  });

  test('ISO text may have a zone, a blank, or no time at all; dates that there are not are refused', () => {
    expect(microsFromIso('2031-05-06T07:08:09+02:30')).toBe(microsFromIso('2031-05-06 04:38:09Z'));
    expect(microsFromIso('1970-01-02')).toBe(86_400_000_000n);
    for (const text of ['2031-02-29', '2031-13-01', '2031-05-06T24:00', '2031-05-06T07:08:09.1234567Z', 'soon']) {
      expect(microsFromIso(text)).toBeNull();
    }
  });

  test('durations and schedules', () => {
    expect(TimeDuration.fromMillis(1.5).micros).toBe(1500n);
    expect(new TimeDuration(-2500n).millis).toBe(-2);
    expect(new Timestamp(900n).since(new Timestamp(1400n)).micros).toBe(-500n);
    expect(ScheduleAt.interval(250n)).toEqual({ tag: 'Interval', value: new TimeDuration(250n) });
  });
});
