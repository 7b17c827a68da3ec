import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { Fault } from './fault.ts';

const reader = (...bytes: number[]) => new ByteReader(Uint8Array.from(bytes));

test('a varint that is longer than it need be is refused', () => {
  expect(() => reader(0x80, 0).varint()).toThrow(/WIRE_VARINT/);
  expect(() => reader(0x81, 0x80, 0).varintBig()).toThrow(/WIRE_VARINT/);
});

test('a varint beyond its range is refused', () => {
  expect(reader(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f).varint()).toBe(2 ** 53 - 1);
  expect(() => reader(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10).varint()).toThrow(/WIRE_VARINT/);
  expect(() => reader(...new Array<number>(9).fill(0x80), 0x02).varintBig()).toThrow(/WIRE_VARINT/);
});

test('what is missing is named with its place', () => {
  expect(() => reader(1, 2, 3).u32()).toThrow(/WIRE_TRUNCATED: 4 bytes .* 3 are left\n {2}where: byte 0/);
  expect(() => reader(5, 65).string()).toThrow(/WIRE_TRUNCATED/);
  expect(() => new ByteReader(new Uint8Array(4), 5)).toThrow(/WIRE_TRUNCATED/);
});

test('bytes that are read out are of this context, whoever made what they are read from', () => {
  const foreign = runInNewContext('Uint8Array.of(7, 8, 9)') as Uint8Array;
  expect(foreign.constructor).not.toBe(Uint8Array);
  const copy = new ByteReader(foreign, 1).raw(2);
  expect(copy.constructor).toBe(Uint8Array);
  expect([...copy]).toEqual([8, 9]);
});

test('a view shows the memory, a copy is its own', () => {
  const writer = new ByteWriter();
  writer.u16(0x0201);
  const view = writer.view();
  const copy = writer.copy();
  writer.reset();
  writer.u8(9);
  expect([...view]).toEqual([9, 2]);
  expect([...copy]).toEqual([1, 2]);
});

test('a patch lies within what was written', () => {
  const writer = new ByteWriter();
  writer.zeros(5);
  writer.patchU32(1, 0x0403_0201);
  expect([...writer.view()]).toEqual([0, 1, 2, 3, 4]);
  expect(() => writer.patchU32(2, 1)).toThrow(Fault);
});

test('zeros are zeros in memory that was used before', () => {
  const writer = new ByteWriter(16);
  writer.raw(new Uint8Array(16).fill(7));
  writer.reset();
  writer.u8(1);
  writer.alignTo(8);
  expect([...writer.view()]).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
});
