import { expect, test } from 'vitest';
import { AdminRules, isAdminRule } from './admin-rules.ts';

const HEX = '5442'.padEnd(64, 'a');
const rules = new AdminRules(9n, [HEX, 'roles=admin', 'https://example.com/level=7']);
const isAdmin = (claims: object, identity = 5n): boolean => rules.isAdmin({ identity, claims: JSON.stringify(claims) });

test('the owner and those who are named by identity are admins, whatever their token says', () => {
  expect(isAdmin({}, 9n)).toBe(true);
  expect(isAdmin({}, BigInt(`0x${HEX}`))).toBe(true);
  expect(isAdmin({}, BigInt(`0x${HEX}`) + 1n)).toBe(false);
});

test('a claim that says it makes an admin: a text, a word of it, or a part of a list', () => {
  for (const roles of ['admin', 'player admin', ['player', 'admin']]) expect(isAdmin({ roles })).toBe(true);
  for (const roles of ['administrator', 'Admin', ['admins'], { admin: true }, true, null, undefined, [['admin']]]) {
    expect(isAdmin({ roles })).toBe(false);
  }
  expect(isAdmin({ 'https://example.com/level': '7' })).toBe(true);
  expect(isAdmin({ role: 'admin' })).toBe(false);
});

test('a rule is an identity or a claim', () => {
  expect([HEX, 'a=b', 'a=b=c'].filter((rule) => !isAdminRule(rule))).toEqual([]);
  expect([HEX.slice(1), HEX.toUpperCase(), 'a', '=b', 'a=', ''].filter(isAdminRule)).toEqual([]);
});

test('a rule for one issuer counts for its tokens alone, and an @ is otherwise a letter like any', () => {
  const [a, b] = ['https://a.example/', 'https://b.example'];
  const some = new AdminRules(9n, [`roles=admin@${a}`, 'email=ann@b.example'], [a, b]);
  const admits = (claims: object): boolean => some.isAdmin({ identity: 5n, claims: JSON.stringify(claims) });
  expect(admits({ iss: a, roles: ['admin'] })).toBe(true);
  expect(admits({ iss: b, roles: ['admin'] })).toBe(false);
  expect(admits({ roles: ['admin'] })).toBe(false);
  expect(admits({ iss: b, email: 'ann@b.example' })).toBe(true);
});
