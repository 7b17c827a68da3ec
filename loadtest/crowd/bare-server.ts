/**
 * The floor, and what bots leave of the machine: a bare uWebSockets.js program that takes each client's inputs and sends it BYTES bytes in each tick,
 * without a world or views. Arguments: BYTES. Prints its port, and answers lines (answer-lines.ts).
 */
import uws from 'uWebSockets.js';
import { endWithParent } from '../bench/end-with-parent.ts';
import { TICK_RATE } from '../modules/crowd/src/motion.ts';
import { answerLines } from './answer-lines.ts';
import { runTicks, TickTimes } from './tick-loop.ts';

endWithParent();
const frame = new Uint8Array(Number(process.argv[2]));
const sockets = new Set<uws.WebSocket<unknown>>();
const times = new TickTimes();
uws
  .App()
  .ws('/*', {
    open: (socket) => void sockets.add(socket),
    message: () => {},
    close: (socket) => void sockets.delete(socket),
  })
  .listen('127.0.0.1', 0, (listening) => {
    if (!listening) process.exit(1);
    answerLines({ times });
    process.stdout.write(`port ${uws.us_socket_local_port(listening)}\n`);
  });
runTicks(1000 / TICK_RATE, times, () => {
  for (const socket of sockets) socket.send(frame, true);
});
process.on('SIGTERM', () => process.exit(0));
