/**
 * The comparison's scene on `ws` and JSON. Arguments: the land's edge in metres. An input is `{"h":heading,"t":turn}`; a message to a client is
 * `[[player,x,y,heading],…]`, all that it sees, since all of it moves in every tick. Prints its port, and answers lines (answer-lines.ts).
 *
 * Each player is put into words once a tick, in the order of the squares of the land. The squares of a row that a client's radius touches lie behind one
 * another, so that its message is one copy for each row. Numbers are rounded as Tickbase's columns are, to have fewer digits.
 */
import { WebSocketServer, type WebSocket } from 'ws';
import { endWithParent } from '../bench/end-with-parent.ts';
import { TICK_RATE, VIEW_RADIUS_M } from '../modules/crowd/src/motion.ts';
import { answerLines } from './answer-lines.ts';
import { JSON_SQUARE_M } from './leave-radius.ts';
import { runTicks, TickTimes } from './tick-loop.ts';
import { Walkers } from './walkers.ts';

const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

endWithParent();
const walkers = new Walkers(Number(process.argv[2]), JSON_SQUARE_M);
const sockets = new Map<number, WebSocket>();
/** All players in words, and where each square's begin in it. */
let words = Buffer.alloc(0);
const wordsFrom = new Uint32Array(walkers.starts.length);
const times = new TickTimes();

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false, skipUTF8Validation: true });
server.on('connection', (socket, request) => {
  const player = Number(request.url!.slice(1));
  const walker = walkers.add(player);
  sockets.set(player, socket);
  socket.on('message', (data: Buffer) => {
    walker.heading = (JSON.parse(data.toString('latin1')) as { h: number }).h;
  });
  socket.on('close', () => sockets.delete(player));
  socket.on('error', () => {});
});
server.on('listening', () => {
  answerLines({ times, places: () => walkers.places() });
  process.stdout.write(`port ${(server.address() as { port: number }).port}\n`);
});
runTicks(1000 / TICK_RATE, times, () => {
  walkers.tick();
  writeWords();
  for (const [player, socket] of sockets) socket.send(messageOf(player), TEXT);
});
process.on('SIGTERM', () => process.exit(0));

/** Scratch of messageOf, by row. */
const rowFroms: number[] = [];
const rowEnds: number[] = [];
const TEXT = { binary: false, compress: false, fin: true } as const;

function writeWords(): void {
  const { starts, bySquare, all } = walkers;
  let text = '';
  for (let square = 0; square + 1 < starts.length; square++) {
    wordsFrom[square] = text.length;
    for (let at = starts[square]!; at < starts[square + 1]!; at++) {
      const player = bySquare[at]!;
      const { x, y, heading } = all[player]!;
      text += `,[${player},${Math.round(x * 100) / 100},${Math.round(y * 100) / 100},${Math.round(heading * 40) / 40}]`;
    }
  }
  wordsFrom[starts.length - 1] = text.length;
  words = Buffer.from(text, 'latin1');
}

/** A buffer of its own: the socket may keep it. */
function messageOf(player: number): Buffer {
  const { x, y } = walkers.all[player]!;
  const { columns, squareM } = walkers;
  const rowFrom = Math.max(0, Math.floor((y - VIEW_RADIUS_M) / squareM));
  const rowTo = Math.min(columns - 1, Math.floor((y + VIEW_RADIUS_M) / squareM));
  let length = 0;
  for (let row = rowFrom; row <= rowTo; row++) {
    // How far to the sides the radius goes in this row, at the row's edge that is nearer.
    const distance = Math.max(row * squareM - y, y - (row + 1) * squareM, 0);
    const reach = Math.sqrt(VIEW_RADIUS_M * VIEW_RADIUS_M - distance * distance);
    const from = Math.max(0, Math.floor((x - reach) / squareM));
    const to = Math.min(columns - 1, Math.floor((x + reach) / squareM));
    rowFroms[row - rowFrom] = wordsFrom[row * columns + from]!;
    rowEnds[row - rowFrom] = wordsFrom[row * columns + to + 1]!;
    length += rowEnds[row - rowFrom]! - rowFroms[row - rowFrom]!;
  }
  const message = Buffer.allocUnsafe(length + 1);
  let at = 0;
  for (let row = 0; row <= rowTo - rowFrom; row++) at += words.copy(message, at, rowFroms[row], rowEnds[row]);
  message[0] = OPEN_BRACKET; // in place of the first comma: a player sees itself
  message[length] = CLOSE_BRACKET;
  return message;
}
