import { Identity } from '@tickbase/schema/values';
import { expect, test } from 'vitest';
import { Caller } from './caller.ts';
import { makeSenderAuth } from './sender-auth.ts';

const ann = new Identity(71n);
const CLAIMS = '{"iss":"https://issuer.example","sub":"ann","aud":"game", "roles":["smith",{"of":"guild"}],"exp":9}';

test('a token is told of: whom it is of, for whom, and all that it says', () => {
  const auth = makeSenderAuth(false, ann, CLAIMS);
  expect(auth).toEqual({
    isInternal: false,
    hasJWT: true,
    jwt: {
      rawPayload: CLAIMS,
      issuer: 'https://issuer.example',
      subject: 'ann',
      audience: ['game'],
      identity: ann,
      fullPayload: JSON.parse(CLAIMS),
    },
  });
});

test('without a token there is none', () => {
  expect(makeSenderAuth(true, ann, '')).toEqual({ isInternal: true, hasJWT: false, jwt: null });
  expect(makeSenderAuth(false, ann, '{}').jwt).toMatchObject({
    issuer: '',
    subject: '',
    audience: [],
    fullPayload: {},
  });
});

test('what a module does to it reaches no later transaction', () => {
  const { jwt } = makeSenderAuth(false, ann, CLAIMS);
  const roles = jwt!.fullPayload['roles'] as [string, { of: string }];
  expect(() => roles.push('admin')).toThrow(TypeError);
  expect(() => (roles[1].of = 'all')).toThrow(TypeError);
  expect(() => ((jwt as { subject: string }).subject = 'bob')).toThrow(TypeError);
  expect(() => (jwt!.audience as string[]).push('shop')).toThrow(TypeError);
});

test('a caller has the same object until it shows another token', () => {
  const caller = new Caller(71n, 5n, CLAIMS);
  const before = caller.senderAuth;
  expect(caller.senderAuth).toBe(before);
  caller.claims = '{"sub":"ann","roles":[]}';
  expect(caller.senderAuth.jwt!.fullPayload).toEqual({ sub: 'ann', roles: [] });
  expect(new Caller(71n, null).senderAuth).toMatchObject({ isInternal: true, hasJWT: false });
});
