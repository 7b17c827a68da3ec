import { describe, expect, test } from 'vitest';
import type { ServerOptions } from '../host/index.ts';
import { gatherSettings } from './gather-settings.ts';
import { startOptions } from './start-options.ts';

const options = (...args: string[]): Omit<ServerOptions, 'log'> =>
  startOptions(gatherSettings(['--module-path', 'pond', ...args], { env: {}, cwd: '/srv' }));

test('issuers, audiences and admins are lists, with commas or blanks between', () => {
  const admin = 'a'.repeat(64);
  expect(
    options(
      '--issuers',
      'https://a.example/, https://b.example',
      '--audience',
      'game lobby',
      '--admins',
      `${admin},roles=keeper`,
    ),
  ).toMatchObject({
    issuers: ['https://a.example/', 'https://b.example'],
    audiences: ['game', 'lobby'],
    admins: [admin, 'roles=keeper'],
  });
  expect(options()).not.toHaveProperty('issuers');
});

test('audiences and admins may be those of one issuer', () => {
  const issuers = ['--issuers', 'https://a.example/,https://b.example'];
  const audiences = ['--audience', 'game,web-7@https://a.example/'];
  expect(options(...issuers, ...audiences, '--admins', 'roles=keeper@https://b.example')).toMatchObject({
    audiences: ['game', 'web-7@https://a.example/'],
    admins: ['roles=keeper@https://b.example'],
  });
});

test('a certificate and its key are paths', () => {
  expect(options('--tls-cert', 'cert.pem', '--tls-key', '/etc/key.pem')).toMatchObject({
    tls: { certificate: '/srv/cert.pem', key: '/etc/key.pem' },
  });
});

describe('refused', () => {
  test.each<[string, string[]]>([
    ['issuers without an audience', ['--issuers', 'https://a.example']],
    ['an issuer without encryption', ['--issuers', 'http://a.example', '--audience', 'game']],
    ['an issuer that is no address', ['--issuers', 'a.example', '--audience', 'game']],
    ['an issuer that could be two', ['--issuers', 'https://a.example/a|b', '--audience', 'game']],
    [
      'an audience of an issuer that is not named',
      ['--issuers', 'https://a.example', '--audience', 'game,shop@https://b.example'],
    ],
    [
      'an issuer for which no audience is given',
      ['--issuers', 'https://a.example,https://b.example', '--audience', 'game@https://a.example'],
    ],
    ['an admin of an issuer that is not named', ['--admins', 'roles=admin@https://a.example']],
    ['an admin that is neither an identity nor a claim', ['--admins', 'ann']],
    ['a certificate alone', ['--tls-cert', 'cert.pem']],
    ['a key alone', ['--tls-key', 'key.pem']],
  ])('%s', (_what, args) => {
    expect(() => options(...args)).toThrow(/CLI_VALUE/);
  });
});
