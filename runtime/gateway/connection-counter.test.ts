import { expect, test } from 'vitest';
import { GatewayStage } from './testing/gateway-stage.ts';
import { addressText } from './address-text.ts';
import { ConnectionCounter } from './connection-counter.ts';
import { DEFAULT_LIMITS } from './gateway-limits.ts';

const limits = { ...DEFAULT_LIMITS, connectionsMax: 7, connectionsPerAddressMax: 2, connectionsPerLoopbackMax: 4 };

test('an address has its limit, loopback a wider one, and all together a third', () => {
  const counter = new ConnectionCounter(limits);
  expect([1, 2, 3].map(() => counter.enter('203.0.113.9'))).toEqual([
    null,
    null,
    'this address has 2 connections (connectionsPerAddressMax)',
  ]);
  expect([1, 2, 3, 4, 5].map(() => counter.enter('127.0.0.1'))[4]).toMatch(/connectionsPerLoopbackMax/);
  expect(counter.enter('198.51.100.7')).toBe(null);
  expect(counter.enter('198.51.100.8')).toMatch(/connectionsMax/);
  counter.leave('127.0.0.1');
  expect(counter.enter('198.51.100.8')).toBe(null);
});

test('addresses of one IPv6 network count as one', () => {
  const counter = new ConnectionCounter(limits);
  expect(counter.enter('2001:db8:0:7:1:2:3:4')).toBe(null);
  expect(counter.enter('2001:db8:0:7:9:9:9:9')).toBe(null);
  expect(counter.enter('2001:db8:0:7:5:5:5:5')).toMatch(/connectionsPerAddressMax/);
  expect(counter.enter('2001:db8:0:8:5:5:5:5')).toBe(null);
});

test('addresses are written in one way', () => {
  expect(addressText(Uint8Array.of(192, 0, 2, 17))).toBe('192.0.2.17');
  expect(addressText(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1))).toBe('127.0.0.1');
  expect(addressText(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1))).toBe('::1');
  expect(addressText(Uint8Array.of(32, 1, 13, 184, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 5))).toBe('2001:db8:0:7:0:0:0:5');
  expect(addressText(new Uint8Array(0))).toBe('unknown');
});

test('an address that opens sockets without end is turned away for a while', () => {
  const stage = new GatewayStage({ limits: { connectsPerSecond: 10, connectsBurst: 3 } });
  const open = (): string => {
    const client = stage.connect('203.0.113.5');
    client.peer.cut();
    return client.closeReason;
  };
  expect([open(), open(), open()]).toEqual(['', '', '']);
  expect(open()).toMatch(/^TOO_MANY_CONNECTIONS: this address connects too often \(connectsPerSecond\)/);
  expect(stage.connect('203.0.113.6').closeReason).toBe('');
  stage.pass(200);
  expect([open(), open()]).toEqual(['', '']);
});
