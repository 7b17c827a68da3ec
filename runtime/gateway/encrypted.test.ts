import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { DEFAULT_LIMITS } from './gateway-limits.ts';
import { listenUws, type TlsFiles, type UwsTransport } from './uws-transport.ts';

/** A certificate for this machine that signs itself. */
function certificate(): TlsFiles {
  const folder = mkdtempSync(join(tmpdir(), 'tickbase-'));
  const files = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const args =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1';
  const { status, stderr } = spawnSync('openssl', [
    ...args.split(' '),
    '-keyout',
    files.key,
    '-out',
    files.certificate,
  ]);
  if (status !== 0) throw new Error(`openssl is needed (apt install openssl): ${String(stderr)}`);
  return files;
}

const listen = (tls: TlsFiles): Promise<UwsTransport> =>
  listenUws({
    host: '127.0.0.1',
    port: 0,
    database: 'pond',
    limits: DEFAULT_LIMITS,
    events: { opened: (socket) => void socket.send(Uint8Array.of(7)), message() {}, closed() {} },
    health: () => ({ status: 'ok', database: 'pond', epoch: 'a', tick: 1, tickRate: 20, tickP99Ms: 1, clients: 0 }),
    tls,
  });

test('with a certificate sockets and HTTP are encrypted, and nothing else is served', async () => {
  const tls = certificate();
  const transport = await listen(tls);
  const ca = readFileSync(tls.certificate);
  const status = await new Promise((resolve, reject) => {
    get(`https://127.0.0.1:${transport.port}/v1/ping`, { ca }, (response) => resolve(response.statusCode)).on(
      'error',
      reject,
    );
  });
  expect(status).toBe(200);
  const socket = new WebSocket(`wss://127.0.0.1:${transport.port}/v1/database/pond/subscribe`, 'tickbase.1', { ca });
  expect(await new Promise((resolve) => socket.once('message', resolve))).toEqual(Buffer.of(7));
  socket.terminate();
  await expect(fetch(`http://127.0.0.1:${transport.port}/v1/ping`)).rejects.toThrow('fetch failed');
  transport.close();
});

test('files that cannot be used are told of: TLS_FILES', async () => {
  const [one, other] = [certificate(), certificate()];
  await expect(listen({ certificate: one.certificate, key: other.key })).rejects.toThrow(/TLS_FILES/);
  await expect(listen({ certificate: one.certificate, key: join(tmpdir(), 'nothing.pem') })).rejects.toThrow(
    /TLS_FILES/,
  );
});
