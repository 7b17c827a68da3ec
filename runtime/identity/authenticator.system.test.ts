import { createSecretKey } from 'node:crypto';
import { CompactSign } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Authenticator, PASS_S } from './authenticator.ts';
import { deriveIdentity } from './derive-identity.ts';
import { DOCUMENT_BYTES_MAX } from './limited-fetch.ts';
import type { ProvedToken } from './proved-token.ts';
import { AUDIENCE, IssuerStage, makeIssuerKey } from './testing/issuer-stage.ts';
import { TokenRefusal } from './token-refusal.ts';

const DATABASE = 0xabcn;
const serverKey = { id: '00000000000000aa', privateKey: makeIssuerKey('').privateKey };
let issuer: IssuerStage;
/** Beside the issuer, which a token may name and the server does not know. */
let stranger: IssuerStage;

beforeAll(async () => {
  vi.spyOn(console, 'info').mockReturnValue();
  vi.spyOn(console, 'warn').mockReturnValue();
  issuer = await IssuerStage.open(makeIssuerKey('first'));
  stranger = await IssuerStage.open(makeIssuerKey('first'));
});

afterAll(async () => {
  await issuer.close();
  await stranger.close();
});

function open(options: Partial<ConstructorParameters<typeof Authenticator>[0]> = {}): Authenticator {
  return new Authenticator({
    keys: [serverKey],
    databaseIdentity: DATABASE,
    issuers: [issuer.address],
    audiences: ['urn:lobby', AUDIENCE],
    ...options,
  });
}

function proved(outcome: ProvedToken | TokenRefusal): ProvedToken {
  if (outcome instanceof TokenRefusal) throw new Error(`${outcome.code}: ${outcome.message}`);
  return outcome;
}

const codeOf = async (token: string, authenticator = open()): Promise<string> => {
  const outcome = await authenticator.prove(token);
  return outcome instanceof TokenRefusal ? outcome.code : 'accepted';
};

const encode = (part: object | string): string =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');

const good = (): string => encode(issuer.goodClaims());

function swap(token: string, place: number, by: string): string {
  return token
    .split('.')
    .map((part, i) => (i === place ? by : part))
    .join('.');
}

function secretFromPublicKey(): Promise<string> {
  const pem = issuer.keys[0]!.publicKey.export({ type: 'spki', format: 'pem' });
  return new CompactSign(Buffer.from(JSON.stringify(issuer.goodClaims())))
    .setProtectedHeader({ alg: 'HS256', kid: 'first' })
    .sign(createSecretKey(Buffer.from(pem)));
}

function ownKeyInside(): Promise<string> {
  const jwk = stranger.keys[0]!.publicKey.export({ format: 'jwk' });
  const jku = `${stranger.address}/jwks`;
  return issuer.sign({}, { jwk, jku, x5u: jku }, stranger.keys[0]!);
}

describe('tokens of a real issuer', () => {
  test('are proved, and their claims are passed on as they were written', async () => {
    const token = await issuer.tokenOfAnn();
    const outcome = proved(await open().prove(token));
    expect(outcome).toMatchObject({ identity: deriveIdentity(issuer.address, 'ann'), token, isPass: false });
    expect(JSON.parse(outcome.claims)).toMatchObject({ iss: issuer.address, sub: 'ann', aud: AUDIENCE });
    expect(outcome.expiresAtS - Date.now() / 1_000).toBeGreaterThan(50);
  });

  test('go on when the issuer rotates its keys, and end with the key that has signed them', async () => {
    let nowMs = 0;
    const [first, second] = [makeIssuerKey('1'), makeIssuerKey('2', 'RS256')];
    const rotating = await IssuerStage.open(first);
    const authenticator = open({ issuers: [rotating.address], nowMs: () => nowMs });
    const old = await rotating.tokenOfAnn();
    expect(await codeOf(old, authenticator)).toBe('accepted');
    rotating.exchangeKeys(second, first);
    const next = await rotating.tokenOfAnn();
    expect(await codeOf(next, authenticator)).toBe('TOKEN_KEY'); // fetched a moment ago
    nowMs += 30_000;
    expect(await codeOf(next, authenticator)).toBe('accepted');
    expect(await codeOf(old, authenticator)).toBe('accepted');
    rotating.exchangeKeys(second);
    nowMs += 600_001;
    expect(await codeOf(old, authenticator)).toBe('accepted'); // the newer set is on its way
    await vi.waitUntil(async () => (await codeOf(old, authenticator)) === 'TOKEN_KEY');
    expect(await codeOf(next, authenticator)).toBe('accepted');
    await rotating.close();
  });

  test.each<[string, (stage: IssuerStage) => void]>([
    ['is away', (stage) => (stage.fault = (_, response) => !!response.socket!.destroy())],
    ['answers with a page', (stage) => (stage.fault = (_, response) => !!response.end('<html></html>'))],
    ['answers with an error', (stage) => (stage.fault = (_, response) => !!response.writeHead(500).end('{}'))],
    [
      'sends elsewhere',
      (stage) => (stage.fault = (_, response) => !!response.writeHead(302, { location: stranger.address }).end()),
    ],
    [
      'answers without end',
      (stage) => (stage.fault = (_, response) => !!response.end(`"${'a'.repeat(DOCUMENT_BYTES_MAX)}"`)),
    ],
  ])('cannot be looked at while the issuer %s, and can when it is back', async (_what, harm) => {
    let nowMs = 0;
    const ill = await IssuerStage.open(issuer.keys[0]!);
    const token = await ill.tokenOfAnn();
    const authenticator = open({ issuers: [ill.address], nowMs: () => nowMs });
    harm(ill);
    expect(await codeOf(token, authenticator)).toBe('ISSUER_UNREACHABLE');
    expect(ill.asked.filter((path) => path.includes('well-known'))).toHaveLength(1);
    ill.fault = null;
    nowMs += 5_000;
    expect(await codeOf(token, authenticator)).toBe('accepted');
    await ill.close();
  });
});

describe('bad tokens are refused with a code that says why', () => {
  const nowS = Math.floor(Date.now() / 1_000);

  test.each<[string, string, () => string | Promise<string>]>([
    ['nothing', 'TOKEN_MALFORMED', () => ''],
    ['two parts', 'TOKEN_MALFORMED', () => 'a.b'],
    ['five parts, as an encrypted one has', 'TOKEN_MALFORMED', () => 'a.b.c.d.e'],
    ['a stripped signature', 'TOKEN_MALFORMED', async () => (await issuer.sign()).replace(/[^.]+$/, '')],
    ['padding', 'TOKEN_MALFORMED', async () => `${await issuer.sign()}==`],
    ['a space', 'TOKEN_MALFORMED', async () => ` ${await issuer.sign()}`],
    ['a last character that says the same', 'TOKEN_MALFORMED', async () => `${(await issuer.sign()).slice(0, -1)}_`],
    ['no JSON', 'TOKEN_MALFORMED', () => `${encode('{')}.${good()}.AA`],
    ['a list for claims', 'TOKEN_MALFORMED', () => issuer.signText('[]')],
    ['a claim twice', 'TOKEN_MALFORMED', () => issuer.signText('{"sub":"ann","sub":"bob"}')],
    ['a claim twice, once hidden', 'TOKEN_MALFORMED', () => issuer.signText('{"sub":"ann","s\\u0075b":"bob"}')],
    ['a prototype', 'TOKEN_MALFORMED', () => issuer.signText('{"__proto__":{"sub":"bob"}}')],
    ['nested claims', 'TOKEN_MALFORMED', () => issuer.signText(`{"a":${'['.repeat(40)}${']'.repeat(40)}}`)],
    ['claims without end', 'TOKEN_MALFORMED', () => issuer.sign({ more: 'a'.repeat(10_000) })],
    ['a kid that is a list', 'TOKEN_MALFORMED', () => `${encode({ alg: 'ES256', kid: ['first'] })}.${good()}.AA`],
    ['a kid of kilobytes', 'TOKEN_MALFORMED', () => issuer.sign({}, { kid: 'k'.repeat(3_000) })],
    ['an extension', 'TOKEN_MALFORMED', () => `${encode({ alg: 'ES256', crit: ['exp'], exp: 1 })}.${good()}.AA`],
    ['an alg of none', 'TOKEN_ALGORITHM', () => `${encode({ alg: 'none', kid: 'first' })}.${good()}.AA`],
    ['an alg of nOnE', 'TOKEN_ALGORITHM', () => `${encode({ alg: 'nOnE', kid: 'first' })}.${good()}.AA`],
    ['the public key as a secret', 'TOKEN_ALGORITHM', secretFromPublicKey],
    [
      'another algorithm than the key',
      'TOKEN_KEY',
      async () => `${encode({ alg: 'RS256', kid: 'first' })}.${good()}.AA`,
    ],
    ['a kid that leads out', 'TOKEN_KEY', () => issuer.sign({}, { kid: '../../etc/passwd' })],
    ['a kid of SQL', 'TOKEN_KEY', () => issuer.sign({}, { kid: "' OR 1=1 --" })],
    ['a kid of the prototype', 'TOKEN_KEY', () => issuer.sign({}, { kid: '__proto__' })],
    ["somebody else's key under the same name", 'TOKEN_SIGNATURE', () => issuer.sign({}, {}, stranger.keys[0]!)],
    ['a key that comes with the token', 'TOKEN_SIGNATURE', ownKeyInside],
    [
      'exchanged claims',
      'TOKEN_SIGNATURE',
      async () => swap(await issuer.sign(), 1, encode({ ...issuer.goodClaims(), sub: 'bob' })),
    ],
    [
      'a signature of zeros',
      'TOKEN_SIGNATURE',
      async () => swap(await issuer.sign(), 2, Buffer.alloc(64).toString('base64url')),
    ],
    ['an issuer with a slash more', 'TOKEN_ISSUER', () => issuer.sign({ iss: `${issuer.address}/` })],
    ['an issuer that the server does not know', 'TOKEN_ISSUER', () => stranger.sign()],
    ['an issuer that is a number', 'TOKEN_ISSUER', () => issuer.sign({ iss: 7 })],
    ['an issuer of the prototype', 'TOKEN_ISSUER', () => issuer.sign({ iss: 'constructor' })],
    ['another audience', 'TOKEN_AUDIENCE', () => issuer.sign({ aud: ['shop'] })],
    ['no end', 'TOKEN_CLAIMS', () => issuer.sign({ exp: undefined })],
    ['an end as text', 'TOKEN_CLAIMS', () => issuer.sign({ exp: String(nowS + 60) })],
    ['an end beyond all time', 'TOKEN_CLAIMS', () => issuer.sign({ exp: 1e30 })],
    ['an end that is over', 'TOKEN_EXPIRED', () => issuer.sign({ exp: nowS - 60 })],
    ['a beginning to come', 'TOKEN_NOT_YET_VALID', () => issuer.sign({ nbf: nowS + 60 })],
    ['no subject', 'TOKEN_CLAIMS', () => issuer.sign({ sub: undefined })],
  ])('%s', async (_what, code, make) => {
    const before = stranger.asked.length;
    expect(await codeOf(await make())).toBe(code);
    expect(stranger.asked.length).toBe(before); // nothing that a token names is fetched
  });

  test('and a good one beside them is accepted, an audience of several included', async () => {
    expect(await codeOf(await issuer.sign({ aud: ['shop', 'urn:lobby'] }))).toBe('accepted');
  });
});

describe("the server's own tokens", () => {
  test('give a new identity each, which they prove again and again, after a rotation too', async () => {
    const ann = proved(await open().name());
    const bob = proved(await open().name());
    expect(ann.identity).not.toBe(bob.identity);
    const rotated = open({ keys: [serverKey, { id: '00000000000000bb', privateKey: makeIssuerKey('').privateKey }] });
    expect(proved(await rotated.prove(ann.token))).toEqual(ann);
    const later = proved(await rotated.name());
    expect(await codeOf(later.token)).toBe('TOKEN_KEY');
    expect(await codeOf(later.token, rotated)).toBe('accepted');
  });

  test('are as good when the clock of the machine is set back by an hour, or forward by years', async () => {
    let nowMs = Date.now();
    const authenticator = open({ wallMs: () => nowMs });
    const { token } = proved(await authenticator.name());
    nowMs -= 3_600_000;
    expect(await codeOf(token, authenticator)).toBe('accepted');
    nowMs += 10 * 365 * 86_400_000;
    expect(await codeOf(token, authenticator)).toBe('accepted');
  });

  test('of another database prove nothing', async () => {
    const { token } = proved(await open({ databaseIdentity: 0xabdn }).name());
    expect(await codeOf(token)).toBe('TOKEN_ISSUER');
  });

  test('with any character changed prove nothing', async () => {
    const { token } = proved(await open().name());
    for (let i = 0; i < token.length; i += 17) {
      const other = token[i] === 'A' ? 'B' : 'A';
      expect(await codeOf(token.slice(0, i) + other + token.slice(i + 1))).toMatch(/^TOKEN_/);
    }
  });

  test('need not be signed by another algorithm or a foreign key to be refused', async () => {
    const { iss, sub } = JSON.parse(proved(await open().name()).claims) as { iss: string; sub: string };
    expect(await codeOf(await issuer.sign({ iss, sub }))).toBe('TOKEN_KEY');
    expect(await codeOf(await issuer.sign({ iss, sub }, { kid: serverKey.id }))).toBe('TOKEN_SIGNATURE');
    expect(await codeOf(`${encode({ alg: 'none', kid: serverKey.id })}.${encode({ iss, sub })}.AA`)).toBe(
      'TOKEN_ALGORITHM',
    );
  });

  test('an issuer may have no tokens of this server', async () => {
    const { iss } = JSON.parse(proved(await open().name()).claims) as { iss: string };
    expect(iss).toBe(`tickbase:${DATABASE.toString(16).padStart(64, '0')}`);
  });
});

describe('passes', () => {
  let nowMs = Date.now();
  const authenticator = (): Authenticator => open({ wallMs: () => nowMs });
  const admit = (token: string): Promise<ProvedToken | TokenRefusal> =>
    new Promise((resolve) => authenticator().authenticate(token, resolve));

  test('stand for another token, whosever, for a minute; who comes with one gets one that lasts as long as the token', async () => {
    nowMs = Date.now();
    const ann = proved(await authenticator().prove(await issuer.sign({ roles: ['smith'] })));
    const pass = (await authenticator().pass(ann)) as string;
    const admitted = proved(await admit(pass));
    expect(admitted).toMatchObject({ identity: ann.identity, claims: ann.claims, expiresAtS: ann.expiresAtS });
    expect(admitted.token).not.toBe(pass);
    nowMs += (PASS_S + 6) * 1_000;
    expect(await codeOf(pass, authenticator())).toBe('TOKEN_EXPIRED');
    expect(proved(await admit(admitted.token))).toMatchObject({ identity: ann.identity, claims: ann.claims });
    nowMs += 600_000;
    expect(await codeOf(admitted.token, authenticator())).toBe('TOKEN_EXPIRED');
  });

  test('of a name without an end last, and can be had anew', async () => {
    nowMs = Date.now();
    const ann = proved(await authenticator().name());
    const first = proved(await admit((await authenticator().pass(ann)) as string));
    nowMs += 20 * 86_400_000;
    const second = proved(await admit(first.token));
    nowMs += 20 * 86_400_000;
    expect(proved(await admit(second.token))).toMatchObject({ identity: ann.identity, claims: ann.claims });
    expect(await codeOf(first.token, authenticator())).toBe('TOKEN_EXPIRED');
  });

  test('of a token that ends sooner end with it', async () => {
    nowMs = Date.now();
    const ann = proved(await authenticator().prove(await issuer.sign({ exp: Math.floor(nowMs / 1_000) + 10 })));
    const pass = (await authenticator().pass(ann)) as string;
    nowMs += 16_000;
    expect(await codeOf(pass, authenticator())).toBe('TOKEN_EXPIRED');
  });
});
