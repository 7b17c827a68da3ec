import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KeyFile } from './key-file.ts';

const newPath = (): string => join(mkdtempSync(join(tmpdir(), 'tickbase-')), 'identity-keys.json');

test('the first start makes a key that later starts read again', () => {
  const path = newPath();
  const [made] = KeyFile.open(path, 1_000).keys;
  const [read] = KeyFile.open(path, 9_000).keys;
  expect(read!.id).toBe(made!.id);
  expect(read!.madeAt).toBe('1970-01-01T00:00:01.000Z');
  expect(read!.privateKey.equals(made!.privateKey)).toBe(true);
});

test('only its owner may read the file', () => {
  const path = newPath();
  KeyFile.open(path, 0);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  chmodSync(path, 0o644);
  KeyFile.rotate(path, 1);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a rotation adds a key behind those that are there', () => {
  const path = newPath();
  const before = KeyFile.open(path, 0).keys.map(({ id }) => id);
  const added = KeyFile.rotate(path, 1);
  expect(KeyFile.open(path, 2).keys.map(({ id }) => id)).toEqual([...before, added]);
});

test('a file that holds no keys is told of, and not replaced', () => {
  const path = newPath();
  expect(() => KeyFile.rotate(path, 0)).toThrow(/DATA_FILE_BROKEN/);
  const whole = JSON.parse((KeyFile.open(path, 0), readFileSync(path, 'utf8'))) as { keys: object[] };
  for (const text of [
    '',
    'null',
    '{}',
    '{"formatVersion":2,"keys":[]}',
    '{"formatVersion":1,"keys":[]}',
    JSON.stringify({ ...whole, keys: [{ ...whole.keys[0], id: '../key' }] }),
    JSON.stringify({ ...whole, keys: [{ ...whole.keys[0], pem: 'nothing' }] }),
  ]) {
    writeFileSync(path, text);
    expect(() => KeyFile.open(path, 0)).toThrow(/DATA_FILE_BROKEN/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  }
});
