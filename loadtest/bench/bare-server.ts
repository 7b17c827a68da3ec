/**
 * The floor: a bare uWebSockets.js program that receives an input from each client and sends it a frame of
 * BYTES bytes 20 times a second, nothing else. Arguments: BYTES. Prints its port.
 */
import uws from 'uWebSockets.js';
import { endWithParent } from './end-with-parent.ts';

endWithParent();
const frame = new Uint8Array(Number(process.argv[2] ?? 256));
const sockets = new Set<uws.WebSocket<unknown>>();
uws
  .App()
  .ws('/*', {
    open: (socket) => void sockets.add(socket),
    message: () => {},
    close: (socket) => void sockets.delete(socket),
  })
  .listen('127.0.0.1', 0, (listening) => {
    if (!listening) process.exit(1);
    process.stdout.write(`port ${uws.us_socket_local_port(listening)}\n`);
  });
setInterval(() => {
  for (const socket of sockets) socket.send(frame, true);
}, 50);
process.on('SIGTERM', () => process.exit(0));
