import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { FromHttp } from './http-load.ts';

const PROGRAM = fileURLToPath(new URL('http-program.ts', import.meta.url));
const isHere = existsSync(fileURLToPath(new URL('../node_modules/autocannon', import.meta.url)));
const title = isHere ? '' : ' (needs the package autocannon: npm ci)';

test.skipIf(!isHere && process.env['CI'] === undefined)(
  `each path is asked for at its rate, and told of by itself${title}`,
  async () => {
    const asked = new Map<string, number>();
    const server = createServer((request, response) => {
      const path = request.url!;
      asked.set(path, (asked.get(path) ?? 0) + 1);
      response.writeHead(path === '/here' ? 200 : 404).end('an answer');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const args = ['--conditions=tickbase-source', '--import', 'tsx', PROGRAM, origin, '20', '2', '/here', '/nowhere'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const ended = once(child, 'exit');
    const [told] = (await once(child, 'message')) as [FromHttp];
    const [here, nowhere] = told.figures;
    expect(told.figures.map(({ path }) => path)).toEqual(['/here', '/nowhere']);
    expect(here!.errors).toBe(0);
    expect(here!.requestsPerSecond).toBeGreaterThan(0);
    expect(here!.p99Ms).toBeGreaterThanOrEqual(here!.p50Ms);
    expect(nowhere!.errors).toBeGreaterThan(0);
    // An even rate, and not as fast as it goes: that would be thousands.
    expect(asked.get('/here')).toBeLessThan(200);
    expect((await ended)[0]).toBe(0);
    server.close();
  },
);
