import { expect, test } from 'vitest';
import { subscribeUrl } from './subscribe-url.ts';

test.each([
  ['ws://127.0.0.1:3000', 'harbour', 'ws://127.0.0.1:3000/v1/database/harbour/subscribe'],
  ['http://127.0.0.1:3000/', 'harbour', 'ws://127.0.0.1:3000/v1/database/harbour/subscribe'],
  ['https://play.example.org/worlds/', 'old port', 'wss://play.example.org/worlds/v1/database/old%20port/subscribe'],
  ['wss://play.example.org/worlds?x=2#y', 'a', 'wss://play.example.org/worlds/v1/database/a/subscribe'],
])('%s and %s', (uri, name, url) => {
  expect(subscribeUrl(uri, name)).toBe(url);
});

test('an address without a scheme is told how to write it', () => {
  for (const uri of ['127.0.0.1:3001', 'localhost:3001']) {
    expect(() => subscribeUrl(uri, 'harbour')).toThrowError(/withUri\n.*write ws:\/\/host:port/);
  }
});

test.each([
  ['', 'harbour'],
  ['port 3000', 'harbour'],
  ['ftp://127.0.0.1', 'harbour'],
  ['ws://127.0.0.1:3000', ''],
])('%j and %j cannot be used', (uri, name) => {
  expect(() => subscribeUrl(uri, name)).toThrowError(/CONNECTION_OPTION_MISSING/);
});
