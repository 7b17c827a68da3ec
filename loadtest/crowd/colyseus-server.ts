/**
 * The comparison's scene on Colyseus: one room, a StateView for each client, its transport on uWebSockets.js. Arguments: the land's edge in metres. An input
 * is a message of type 0 with a float and a word. Prints its port, and answers lines (answer-lines.ts).
 *
 * Made to be fast: small whole numbers; one loop that walks, sees and sends, in place of two timers; a grid to find who is near; a client's view is looked
 * through in every fifth tick, a fifth of the clients in each; inputs are plain bytes; the encoder's buffer never grows.
 */
import { createServer } from 'node:net';
import { endWithParent } from '../bench/end-with-parent.ts';
import { TICK_RATE, VIEW_RADIUS_M } from '../modules/crowd/src/motion.ts';
import { answerLines } from './answer-lines.ts';
import { COORDINATE_STEPS, colyseus, type ColyseusClient, type ColyseusRoom, type StateView } from './colyseus.ts';
import { LEAVE_RADIUS_M } from './leave-radius.ts';
import { runTicks, TickTimes } from './tick-loop.ts';
import { Walkers } from './walkers.ts';

const SQUARE_M = 32;
const VIEW_PERIOD_TICKS = 5;
const INPUT = 0;
const ENCODER_BYTES = 16 << 20;
const SEAT_SECONDS = 600;
const STEPS_A_RADIAN = 255 / (2 * Math.PI);

/** As much of a player as is sent: whole steps, which cost less than the package's own quantized floats and are as long. */
interface PlayerState {
  x: number;
  y: number;
  heading: number;
}

interface CrowdState {
  readonly players: { set(key: string, player: PlayerState): unknown };
}

interface Viewer {
  readonly view: StateView;
  /** Players in view, and u8[by player]: 1, it is among them. */
  seen: number[];
  isSeen: Uint8Array;
}

endWithParent();
process.env['NODE_ENV'] = 'production';
const landM = Number(process.argv[2]);
const stepsAMetre = COORDINATE_STEPS / landM;
const { core, schema, transport } = await colyseus((line) => process.stderr.write(`${line}\n`));
schema.Encoder.BUFFER_SIZE = ENCODER_BYTES;
const PlayerState = schema.schema<PlayerState>(
  {
    x: schema.t.uint16(),
    y: schema.t.uint16(),
    heading: schema.t.uint8(),
  },
  'PlayerState',
);
const CrowdState = schema.schema<CrowdState>({ players: schema.t.map(PlayerState).view() }, 'CrowdState');

const walkers = new Walkers(landM, SQUARE_M);
const states: PlayerState[] = [];
const viewers: Viewer[] = [];
const times = new TickTimes();
/** The one. */
const rooms: ColyseusRoom[] = [];
let tick = 0;

class CrowdRoom extends core.Room {
  override state = new CrowdState();
  override patchRate = null;
  override autoDispose = false;
  override seatReservationTimeout = SEAT_SECONDS;
  override maxClients = Infinity;

  onCreate(): void {
    rooms.push(this);
    this.onMessageBytes(INPUT, (client, bytes) => {
      const { player } = client as JoinedClient;
      walkers.all[player]!.heading = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getFloat32(0, true);
    });
  }

  onJoin(client: JoinedClient, { player }: { player: number }): void {
    const { x, y, heading } = walkers.add(player);
    client.player = player;
    states[player] = Object.assign(new PlayerState(), {
      x: x * stepsAMetre,
      y: y * stepsAMetre,
      heading: heading * STEPS_A_RADIAN,
    });
    this.state.players.set(String(player), states[player]);
    client.view = new schema.StateView();
    viewers[player] = { view: client.view, seen: [], isSeen: new Uint8Array(0) };
  }
}

type JoinedClient = ColyseusClient & { player: number };

const port = await freePort();
const server = new core.Server({
  transport: new transport.uWebSocketsTransport({}),
  greet: false,
  gracefullyShutdown: false,
});
server.define('crowd', CrowdRoom);
await server.listen(port);
const listing = await core.matchMaker.createRoom('crowd', {});
answerLines({
  times,
  places: () => walkers.places(),
  seats: async (from, to) => {
    const paths: string[] = [];
    for (let player = from; player < to; player++) {
      const { sessionId } = await core.matchMaker.reserveSeatFor(listing, { player });
      paths.push(`/${listing.processId}/${listing.roomId}?sessionId=${sessionId}`);
    }
    return paths;
  },
});
runTicks(1000 / TICK_RATE, times, () => {
  tick++;
  walkers.tick();
  for (let player = 0; player < states.length; player++) {
    const state = states[player];
    if (state === undefined) continue;
    const { x, y, heading } = walkers.all[player]!;
    state.x = x * stepsAMetre;
    state.y = y * stepsAMetre;
    state.heading = heading * STEPS_A_RADIAN;
  }
  for (let player = tick % VIEW_PERIOD_TICKS; player < viewers.length; player += VIEW_PERIOD_TICKS) {
    if (viewers[player] !== undefined) look(player);
  }
  rooms[0]!.broadcastPatch();
});
process.stdout.write(`port ${port}\n`);
process.on('SIGTERM', () => process.exit(0));

/** Brings a client's view up to date: those too far away leave it, those near come. */
function look(player: number): void {
  const viewer = viewers[player]!;
  const { all, starts, bySquare, columns } = walkers;
  const { x, y } = all[player]!;
  if (viewer.isSeen.length < all.length) {
    const isSeen = new Uint8Array(2 * all.length);
    isSeen.set(viewer.isSeen);
    viewer.isSeen = isSeen;
  }
  const { view, isSeen } = viewer;
  let kept = 0;
  for (const other of viewer.seen) {
    const [dx, dy] = [all[other]!.x - x, all[other]!.y - y];
    if (dx * dx + dy * dy <= LEAVE_RADIUS_M.colyseus * LEAVE_RADIUS_M.colyseus) viewer.seen[kept++] = other;
    else {
      isSeen[other] = 0;
      view.remove(states[other]);
    }
  }
  viewer.seen.length = kept;
  const clamp = (at: number): number => Math.min(columns - 1, Math.max(0, Math.floor(at / SQUARE_M)));
  const [left, right] = [clamp(x - VIEW_RADIUS_M), clamp(x + VIEW_RADIUS_M)];
  for (let row = clamp(y - VIEW_RADIUS_M); row <= clamp(y + VIEW_RADIUS_M); row++) {
    // The squares of a row lie behind one another.
    const end = starts[row * columns + right + 1]!;
    for (let at = starts[row * columns + left]!; at < end; at++) {
      const other = bySquare[at]!;
      if (isSeen[other] === 1) continue;
      const dx = all[other]!.x - x;
      const dy = all[other]!.y - y;
      if (dx * dx + dy * dy > VIEW_RADIUS_M * VIEW_RADIUS_M) continue;
      isSeen[other] = 1;
      viewer.seen.push(other);
      view.add(states[other]);
    }
  }
}

/** Its transport does not tell which port it took. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
