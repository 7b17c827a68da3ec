import { expect, test } from 'vitest';
import { isOriginAllowed } from './origin-policy.ts';

const allowed = ['https://play.example.com', 'https://tools.example.com:8443/'];

test.each([
  ['', 'game.example.com', true],
  ['https://game.example.com', 'game.example.com', true],
  ['https://game.example.com', 'GAME.example.com', true],
  ['https://play.example.com', 'game.example.com', true],
  ['HTTPS://PLAY.EXAMPLE.COM', 'game.example.com', true],
  ['https://tools.example.com:8443', 'game.example.com', true],
  ['http://localhost:5173', '127.0.0.1:3000', true],
  ['http://[::1]:5173', 'localhost:3000', true],
  ['null', 'game.example.com', false],
  ['https://game.example.com.evil.io', 'game.example.com', false],
  ['https://game.example.com:444', 'game.example.com', false],
  ['http://play.example.com', 'game.example.com', false],
  ['http://localhost:5173', 'game.example.com', false],
  ['http://localhost.evil.io', '127.0.0.1:3000', false],
  ['https://evil.io', '127.0.0.1:3000', false],
  ['not an origin', 'game.example.com', false],
])('a page of %j that asks %j is allowed: %j', (origin, host, isAllowed) => {
  expect(isOriginAllowed(origin, host, allowed)).toBe(isAllowed);
});

test('a star allows every page, the nameless ones too', () => {
  expect(isOriginAllowed('null', 'game.example.com', ['*'])).toBe(true);
});
