import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { IdentityStore } from './identity-store.ts';

const keyFile = (): string => join(mkdtempSync(join(tmpdir(), 'tickbase-')), 'identity.key');

test('a token proves its identity, also to the server of the next start', () => {
  const path = keyFile();
  const first = IdentityStore.open(path);
  const ann = first.issue();
  const bob = first.issue();
  expect(first.identityOf(ann.token)).toBe(ann.identity);
  const next = IdentityStore.open(path);
  expect(next.identityOf(ann.token)).toBe(ann.identity);
  expect(next.identityOf(bob.token)).toBe(bob.identity);
  expect(ann.identity).not.toBe(bob.identity);
});

test('a token that was changed in any character, cut, or made elsewhere proves nothing', () => {
  const store = IdentityStore.open(keyFile());
  const { token } = store.issue();
  for (let i = 0; i < token.length; i++) {
    // Two letters apart: the last letter of base64 carries spare bits that decoding drops.
    const other = String.fromCodePoint(token[i] === 'A' ? 0x67 : 0x41);
    expect(store.identityOf(token.slice(0, i) + other + token.slice(i + 1))).toBeNull();
  }
  expect(store.identityOf('')).toBeNull();
  expect(store.identityOf(token.slice(1))).toBeNull();
  expect(store.identityOf(`${token}A`)).toBeNull();
  expect(store.identityOf('ü'.repeat(token.length))).toBeNull();
  expect(store.identityOf(IdentityStore.open(keyFile()).issue().token)).toBeNull();
});

test('the key is for its owner alone, and a broken one is an error', () => {
  const path = keyFile();
  IdentityStore.open(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  writeFileSync(path, 'not a key');
  expect(() => IdentityStore.open(path)).toThrow(/DATA_FILE_BROKEN/);
  rmSync(path);
  mkdirSync(path);
  expect(() => IdentityStore.open(path)).toThrow(/DATA_FILE_BROKEN/);
});
