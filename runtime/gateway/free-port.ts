import { createServer, type AddressInfo } from 'node:net';

/**
 * A port of `host` that nobody listens on. uWebSockets.js would find one, too, but only a port that it is told by number can be listened on
 * again while connections of an earlier process are still winding down. 0 when there is none, or the host is not of this machine.
 */
export async function freePort(host: string): Promise<number> {
  const probe = createServer();
  return new Promise((settle) => {
    probe.once('error', () => settle(0));
    probe.listen({ host, port: 0, exclusive: true }, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => settle(port));
    });
  });
}
