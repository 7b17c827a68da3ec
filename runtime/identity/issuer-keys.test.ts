import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { IssuerKeys, isSafeAddress, KEPT_MS, KEPT_MS_MAX, RETRY_MS } from './issuer-keys.ts';
import { TokenRefusal } from './token-refusal.ts';

const ISSUER = 'https://issuer.example/realm';
const jwkOf = (kid: string): object => ({
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
  kid,
  alg: 'ES256',
});

/** An issuer that answers with `keys`, or throws `failure`. */
class Stage {
  nowMs = 5_000;
  keys: object[] = [jwkOf('a')];
  failure: Error | null = null;
  about: object = { issuer: ISSUER, jwks_uri: 'https://keys.example/all' };
  readonly asked: string[] = [];
  readonly subject = new IssuerKeys(ISSUER, {
    nowMs: () => this.nowMs,
    fetchJson: async (address) => {
      this.asked.push(address);
      await Promise.resolve();
      if (this.failure !== null) throw this.failure;
      return address.endsWith('openid-configuration') ? this.about : { keys: this.keys };
    },
  });

  /** `found`, or the code of the refusal. */
  async look(keyId: string): Promise<string> {
    const key = await this.subject.keyOf({ algorithm: 'ES256', keyId });
    return key instanceof TokenRefusal ? key.code : 'found';
  }

  /** How often the keys were fetched. */
  get fetches(): number {
    return this.asked.filter((address) => address.endsWith('all')).length;
  }
}

test('keys are found by discovery when a token first needs them, and then kept', async () => {
  const stage = new Stage();
  expect(await Promise.all([stage.look('a'), stage.look('a'), stage.look('')])).toEqual(['found', 'found', 'found']);
  expect(stage.asked).toEqual([`${ISSUER}/.well-known/openid-configuration`, 'https://keys.example/all']);
  stage.nowMs += KEPT_MS;
  expect(await stage.look('a')).toBe('found');
  expect(stage.fetches).toBe(1);
});

test('a key that is not known has them fetched at once, but a flood of such keys only once in a while', async () => {
  const stage = new Stage();
  await stage.look('a');
  stage.nowMs += RETRY_MS;
  stage.keys = [jwkOf('b')];
  expect(await stage.look('b')).toBe('found');
  expect(await stage.look('a')).toBe('TOKEN_KEY');
  for (let i = 0; i < 100; i++) expect(await stage.look(`made up ${i}`)).toBe('TOKEN_KEY');
  expect(stage.fetches).toBe(2);
  stage.nowMs += RETRY_MS;
  await Promise.all(Array.from({ length: 100 }, (_, i) => stage.look(`made up ${i}`)));
  expect(stage.fetches).toBe(3);
});

test('old keys are renewed beside their use, and go on for hours when the issuer is away', async () => {
  const stage = new Stage();
  await stage.look('a');
  stage.nowMs += KEPT_MS + 1;
  stage.failure = new Error('away');
  expect(await stage.look('a')).toBe('found');
  stage.nowMs += KEPT_MS_MAX - KEPT_MS - 2;
  expect(await stage.look('a')).toBe('found');
  stage.nowMs += 10_000;
  expect(await stage.look('a')).toBe('ISSUER_UNREACHABLE');
  stage.failure = null;
  expect(await stage.look('a')).toBe('ISSUER_UNREACHABLE');
  stage.nowMs += 5_000;
  expect(await stage.look('a')).toBe('found');
});

test('a document of another issuer, with an unsafe address or without keys is of no use', async () => {
  for (const about of [
    { issuer: `${ISSUER}/`, jwks_uri: 'https://keys.example/all' },
    { issuer: ISSUER, jwks_uri: 'http://keys.example/all' },
    { issuer: ISSUER, jwks_uri: 'file:///etc/passwd' },
    { issuer: ISSUER, jwks_uri: ['https://keys.example/all'] },
    { issuer: ISSUER },
    null,
  ]) {
    const stage = new Stage();
    stage.about = about as object;
    expect(await stage.look('a')).toBe('ISSUER_UNREACHABLE');
  }
  const stage = new Stage();
  stage.keys = 'none' as never;
  expect(await stage.look('a')).toBe('ISSUER_UNREACHABLE');
});

test('of keys that cannot be told apart none is taken, and a secret among them is no key', async () => {
  const stage = new Stage();
  stage.keys = [jwkOf('a'), jwkOf('b'), { kty: 'oct', k: 'c2VjcmV0', kid: 'c', alg: 'ES256' }];
  expect(await stage.look('')).toBe('TOKEN_KEY');
  expect(await stage.look('b')).toBe('found');
  expect(await stage.look('c')).toBe('TOKEN_KEY');
});

test('safe addresses are encrypted or on this machine', () => {
  expect(['https://a.example', 'http://localhost:9', 'http://127.0.0.1', 'http://[::1]:8'].every(isSafeAddress)).toBe(
    true,
  );
  const unsafe = [
    'http://a.example',
    'http://127.0.0.1.a.example',
    'ftp://localhost',
    'https://me:you@a.example',
    'a',
    '',
  ];
  expect(unsafe.filter(isSafeAddress)).toEqual([]);
});
