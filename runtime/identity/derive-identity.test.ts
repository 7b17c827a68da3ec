import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { deriveIdentity } from './derive-identity.ts';

const hex = (issuer: string, subject: string): string => deriveIdentity(issuer, subject).toString(16).padStart(64, '0');
const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

test('an identity is a mark, a checksum over what follows, and the hash of issuer and subject', () => {
  const text = hex('https://issuer.example', 'ann');
  expect(text.slice(0, 4)).toBe('5442');
  expect(text.slice(12)).toBe(sha256('https://issuer.example|ann').slice(0, 52));
  expect(text.slice(4, 12)).toBe(sha256(Buffer.from(`5442${text.slice(12)}`, 'hex')).slice(0, 8));
});

test('it is the same for good: rows hold it', () => {
  expect(hex('https://issuer.example', 'ann')).toBe('5442c963ed3a1277ba036381dd16f8c474df630aabba7d7c1b2087c4053f3469');
});

test('another issuer or subject is somebody else', () => {
  const all = [hex('a', 'b'), hex('a', 'B'), hex('a/', 'b'), hex('b', 'a'), hex('a', 'b ')];
  expect(new Set(all).size).toBe(all.length);
});
