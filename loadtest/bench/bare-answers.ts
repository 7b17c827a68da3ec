/**
 * The floor of `transfer`: a bare uWebSockets.js program that answers each message at once with about as many bytes as the results of the calls
 * in it would have, and does nothing else. A message begins with how many those are. Prints its port.
 */
import uws from 'uWebSockets.js';
import { endWithParent } from './end-with-parent.ts';

/** A section's head and lengths; a result. */
const HEAD_BYTES = 92;
const RESULT_BYTES = 28;

endWithParent();
const answer = new Uint8Array(HEAD_BYTES + 256 * RESULT_BYTES);
const view = new DataView(answer.buffer);
uws
  .App()
  .ws('/*', {
    message: (socket, message) => {
      const count = Math.min(256, new DataView(message).getUint32(0, true));
      view.setUint32(0, count, true);
      socket.send(answer.subarray(0, HEAD_BYTES + count * RESULT_BYTES), true);
    },
  })
  .listen('127.0.0.1', 0, (listening) => {
    if (!listening) process.exit(1);
    process.stdout.write(`port ${uws.us_socket_local_port(listening)}\n`);
  });
process.on('SIGTERM', () => process.exit(0));
