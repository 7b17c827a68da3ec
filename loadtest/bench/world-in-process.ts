import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks'; // as a server has it: the global one is found by a getter at each look
import { fileURLToPath } from 'node:url';
import { ByteWriter } from '@tickbase/base';
import {
  compileRowCodec,
  decodeServerMessage,
  encodeClientMessage,
  newHello,
  type ClientItem,
  type WireSchema,
} from '@tickbase/protocol';
import { loadModule } from '@tickbase/runtime';
import { Gateway, type GatewayLimits, type GatewaySocket } from '../../runtime/gateway/index.ts';
import { DiffBuilder } from '../../runtime/interest/index.ts';
import { MemoryCommitLog } from '../../runtime/storage/index.ts';
import {
  GuardedArea,
  RoundRobinInbox,
  runImmediate,
  runTick,
  TICK_LIMITS,
  TickDesk,
  type TickPorts,
  TickTrace,
  Timeline,
} from '../../runtime/tick/index.ts';
import { cpuMs } from './alternate.ts';
import { BENCH_LIMITS } from './bench-limits.ts';

/**
 * A module's server in this process, all of it but the kernel's sockets, the disk and the time limit on functions: messages come by
 * `CountingSocket.say`, and what would leave is counted. For figures of processor time that no scheduler and no network disturbs.
 */
export class WorldInProcess {
  readonly gateway: Gateway;
  readonly #clock = { nowMs: () => performance.now(), wallUs: () => Date.now() * 1000 };
  readonly #timeline = new Timeline(1);
  readonly #inbox = new RoundRobinInbox();
  readonly #world: ConstructorParameters<typeof TickDesk>[0];
  readonly #ports: TickPorts;
  readonly #desk: TickDesk;

  private constructor(loaded: Awaited<ReturnType<typeof loadModule>>, limits: Partial<GatewayLimits>) {
    const { plan } = loaded;
    const world = loaded.createWorld(plan, 1n, LEAVE_RING_TICKS + 1);
    const commitLog = new MemoryCommitLog();
    const guard = { run: (body: () => void) => loaded.context.guard.run(body, Infinity) };
    const area = new GuardedArea(world, { guard, clock: this.#clock, limits: TICK_LIMITS });
    const viewers = new DiffBuilder(plan, world.tables, area, { leaveRingTicks: LEAVE_RING_TICKS });
    let identity = 0n;
    this.gateway = new Gateway({
      plan,
      database: 'bench',
      epoch: '0123456789abcdef',
      clock: this.#clock,
      entropy: { bytes: (length) => new Uint8Array(randomBytes(length)) },
      identities: {
        issue: (done) => {
          const id = (++identity << 200n) | BigInt(`0x${randomBytes(8).toString('hex')}`);
          done({ identity: id, token: 'token', claims: '', expiresAtS: Infinity });
        },
        authenticate: (_token, done) => done({ code: 'TOKEN_MALFORMED', message: 'nobody comes back' }),
      },
      inbox: this.#inbox,
      viewers,
      commitLog,
      limits: { ...BENCH_LIMITS, ...limits },
      onFault: (error) => {
        throw error;
      },
    });
    this.#world = world;
    this.#ports = { inbox: this.#inbox, commitLog, diffs: viewers, outbox: this.gateway };
    // At `tickRate: 0` commits are timed one by one, and to ask for the processor's time costs as much as a commit: by the clock, as in a server.
    const trace = new TickTrace(plan.tickRate === 0 ? this.#clock : { nowMs: cpuMs });
    this.#desk = new TickDesk(world, this.#ports, { clock: this.#clock, guard, trace });
  }

  /** `name`: a folder of loadtest/modules. */
  static async open(name: string, limits: Partial<GatewayLimits> = {}): Promise<WorldInProcess> {
    return new WorldInProcess(await loadModule(fileURLToPath(new URL(`../modules/${name}`, import.meta.url))), limits);
  }

  /** A client that has said hello; it is welcomed by the next tick. */
  connect(): CountingSocket {
    const socket = new CountingSocket(this.gateway, this.#timeline);
    this.gateway.opened(socket);
    socket.hello();
    return socket;
  }

  /** A tick at a fixed rate; at `tickRate: 0` all that waits. Returns where it went, in microseconds: of processor time, at `tickRate: 0` of the clock's. */
  tick(): ReturnType<TickTrace['last']> {
    const { trace } = this.#desk;
    if (this.#world.plan.tickRate === 0) {
      while (runImmediate(this.#world, this.#timeline, this.#clock, this.#ports, this.#desk));
      return trace.last();
    }
    // The world's time goes on by whole periods, however fast the ticks are run.
    const tick = this.#timeline.next(Math.round((this.#timeline.lastTick + 1) * (1e6 / this.#world.plan.tickRate)));
    trace.begin(cpuMs());
    this.#timeline.ran(runTick(this.#world, tick, this.#ports, this.#desk));
    trace.end();
    return trace.last();
  }
}

/** A client's end of a connection without a network. Of what comes it reads the welcome alone. */
export class CountingSocket implements GatewaySocket {
  readonly remoteAddress = '127.0.0.1';
  holder: object | null = null;
  messages = 0;
  /** Of WebSocket messages, without their headers. */
  bytes = 0;
  /** Called with each message; its bytes are to be copied by who keeps them. */
  onMessage: ((bytes: Uint8Array) => void) | null = null;
  readonly #gateway: Gateway;
  readonly #timeline: Pick<Timeline, 'lastTick'>;
  readonly #writer = new ByteWriter(256);
  #schema: WireSchema | null = null;
  #sequence = 0;

  constructor(gateway: Gateway, timeline: Pick<Timeline, 'lastTick'>) {
    this.#gateway = gateway;
    this.#timeline = timeline;
  }

  /** What the next message from here confirms: everything that there is. */
  get receiptTick(): number {
    return this.#timeline.lastTick;
  }

  send(bytes: Uint8Array): boolean {
    this.messages++;
    this.bytes += bytes.length;
    if (this.#schema === null) this.#takeWelcome(bytes);
    this.onMessage?.(bytes);
    return true;
  }

  bufferedBytes(): number {
    return 0;
  }

  close(code: number, reason: string): void {
    throw new Error(`the server closed with ${code} ${reason}`);
  }

  hello(): void {
    this.say([newHello()]);
  }

  /** A call as an item, with the next sequence. */
  callItem(reducer: string, args: Readonly<Record<string, unknown>> = {}): ClientItem & { kind: 'call' } {
    const { id, params } = this.#schema!.reducers.find(({ name }) => name === reducer)!;
    const writer = new ByteWriter(32);
    compileRowCodec(params.map(({ name, type }) => ({ accessor: name, type }))).encode(writer, args);
    return { kind: 'call', sequence: ++this.#sequence, reducerId: id, args: writer.copy() };
  }

  say(items: ClientItem[]): void {
    this.#writer.reset();
    encodeClientMessage(this.#writer, { receiptTick: this.receiptTick, items });
    this.sayBytes(this.#writer.view());
  }

  /** A message that was encoded elsewhere. */
  sayBytes(bytes: Uint8Array): void {
    this.#gateway.message(this, bytes, true);
  }

  #takeWelcome(bytes: Uint8Array): void {
    decodeServerMessage(bytes, ({ welcome }) => {
      if (welcome !== null) this.#schema = welcome.schema;
    });
  }
}

/** Ten seconds of ticks, as with the usual grace time for resumes. */
const LEAVE_RING_TICKS = 201;
