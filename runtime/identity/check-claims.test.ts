import { describe, expect, test } from 'vitest';
import { checkClaims } from './check-claims.ts';

const NOW_S = 1_000_000;
const GOOD = {
  iss: 'https://issuer.example',
  sub: 'ann',
  aud: 'game',
  exp: NOW_S + 60,
  iat: NOW_S - 5,
  nbf: NOW_S - 5,
};
const check = (change: object): unknown =>
  checkClaims(
    { ...GOOD, ...change },
    { nowS: NOW_S, mustExpire: true, mustHaveBegun: true, audiences: ['game', 'lobby'] },
  );

test('good claims are told', () => {
  expect(check({})).toEqual({
    issuer: 'https://issuer.example',
    subject: 'ann',
    audience: ['game'],
    expiresAtS: NOW_S + 60,
  });
  expect(check({ aud: ['other', 'lobby'], iat: undefined, nbf: undefined })).toMatchObject({
    audience: ['other', 'lobby'],
  });
});

test('clocks may differ by five seconds', () => {
  expect(check({ exp: NOW_S - 4.5 })).toMatchObject({ expiresAtS: NOW_S - 4.5 });
  expect(check({ exp: NOW_S - 5 })).toMatchObject({ code: 'TOKEN_EXPIRED' });
  expect(check({ nbf: NOW_S + 5 })).toMatchObject({ subject: 'ann' });
  expect(check({ nbf: NOW_S + 5.5 })).toMatchObject({ code: 'TOKEN_NOT_YET_VALID' });
  expect(check({ iat: NOW_S + 5.5 })).toMatchObject({ code: 'TOKEN_NOT_YET_VALID' });
});

describe('refused', () => {
  test.each<[string, object, string]>([
    ['no iss', { iss: undefined }, 'TOKEN_CLAIMS'],
    ['no sub', { sub: undefined }, 'TOKEN_CLAIMS'],
    ['an empty sub', { sub: '' }, 'TOKEN_CLAIMS'],
    ['a number as sub', { sub: 7 }, 'TOKEN_CLAIMS'],
    ['a sub of 129 bytes', { sub: `${'ü'.repeat(64)}a` }, 'TOKEN_CLAIMS'],
    ['a sub of a megabyte', { sub: 'a'.repeat(1_000_000) }, 'TOKEN_CLAIMS'],
    ['NUL in sub', { sub: 'ann\0' }, 'TOKEN_CLAIMS'],
    ['text that runs the other way in sub', { sub: 'ann\u202eadmin' }, 'TOKEN_CLAIMS'],
    ['a space of no width in sub', { sub: 'ann\u200b' }, 'TOKEN_CLAIMS'],
    ['half a pair in sub', { sub: 'ann\ud800' }, 'TOKEN_CLAIMS'],
    ['no aud', { aud: undefined }, 'TOKEN_AUDIENCE'],
    ['another aud', { aud: 'shop' }, 'TOKEN_AUDIENCE'],
    ['an aud that begins alike', { aud: 'game2' }, 'TOKEN_AUDIENCE'],
    ['an empty list of aud', { aud: [] }, 'TOKEN_AUDIENCE'],
    ['an aud that is an object', { aud: { game: true } }, 'TOKEN_CLAIMS'],
    ['an aud of numbers', { aud: [1] }, 'TOKEN_CLAIMS'],
    ['no exp', { exp: undefined }, 'TOKEN_CLAIMS'],
    ['an exp far beyond all time', { exp: 1e30 }, 'TOKEN_CLAIMS'],
    ['an exp that is a text', { exp: String(NOW_S + 60) }, 'TOKEN_CLAIMS'],
    ['an exp that is null', { exp: null }, 'TOKEN_CLAIMS'],
    ['an exp that is no number', { exp: Number.NaN }, 'TOKEN_CLAIMS'],
    ['an exp below 0', { exp: -1 }, 'TOKEN_CLAIMS'],
    ['an exp that is over', { exp: NOW_S - 60 }, 'TOKEN_EXPIRED'],
    ['an nbf that is a text', { nbf: 'now' }, 'TOKEN_CLAIMS'],
    ['an nbf to come', { nbf: NOW_S + 60 }, 'TOKEN_NOT_YET_VALID'],
    ['an iat to come', { iat: NOW_S + 60 }, 'TOKEN_NOT_YET_VALID'],
  ])('%s', (_what, change, code) => {
    expect(check(change)).toMatchObject({ code });
  });
});

test('a sub of other scripts, and one of 128 bytes, is a name like any other', () => {
  expect(check({ sub: 'Ännchen 安 𝒜' })).toMatchObject({ subject: 'Ännchen 安 𝒜' });
  expect(check({ sub: 'ü'.repeat(64) })).toMatchObject({ subject: 'ü'.repeat(64) });
});

test("a token of this server's own needs neither an audience nor an end", () => {
  const rules = { nowS: NOW_S, mustExpire: false, mustHaveBegun: false, audiences: null };
  expect(checkClaims({ iss: 'tickbase:5', sub: 'ann' }, rules)).toMatchObject({ audience: [], expiresAtS: Infinity });
});
