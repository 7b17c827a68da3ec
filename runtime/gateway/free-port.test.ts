import { expect, test } from 'vitest';
import { freePort } from './free-port.ts';

test('a free port has a number; on a host of another machine there is none', async () => {
  expect(await freePort('127.0.0.1')).toBeGreaterThan(1023);
  expect(await freePort('192.0.2.1')).toBe(0);
});
