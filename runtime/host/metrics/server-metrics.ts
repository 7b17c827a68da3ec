import { getHeapStatistics } from 'node:v8';
import type { Plan } from '@tickbase/schema/plan';
import type { Gateway, UwsTransport } from '../../gateway/index.ts';
import type { InterestFigures } from '../../interest/index.ts';
import { BOUNDS_MS, type RoundRobinInbox, TRACE_PHASES, type TickTrace } from '../../tick/index.ts';
import { OUTCOME_COUNT, type World } from '../../transactions/world.ts';
import type { OverloadLadder } from '../overload/index.ts';
import type { WorldStorage } from '../persistence/world-storage.ts';
import type { WorldWorkers } from '../world-workers.ts';
import { addInterest } from './interest-metrics.ts';
import { MetricsText, type Sample } from './metrics-text.ts';
import { tableBytes } from './table-bytes.ts';

/**
 * What `GET /v1/metrics` answers. The figures are counted where things happen, as plain numbers; they are put into words only when somebody
 * asks. What each of them says is in docs/operating/metrics.md.
 */
export function serverMetrics(source: MetricsSource): string {
  const text = new MetricsText();
  const { plan } = source.world;
  text.gauge('tickbase_info', 'Always 1; which world this is.', [
    { labels: { database: source.database, epoch: source.epoch, tick_rate: String(plan.tickRate) }, value: 1 },
  ]);
  addTicks(text, source);
  addFunctions(text, plan, source.world.runs);
  addTables(text, source.world);
  addClients(text, source.gateway);
  addInterest(text, plan, source.interest, source.gateway);
  addOverload(text, source);
  addStorage(text, source.storage);
  addPublishes(text, source);
  addWorkers(text, source);
  addSocketThreads(text, source);
  addProcess(text, source);
  return text.toString();
}

export interface MetricsSource {
  /** Null: the server does not listen yet. */
  readonly sockets: Pick<UwsTransport, 'threadCount' | 'waitingBytes'> | null;
  /** What threads with sockets took to send a tick's frames once it was over. */
  readonly sendDelayMs: number;
  readonly world: World;
  readonly trace: TickTrace;
  readonly gateway: Gateway;
  readonly interest: InterestFigures;
  readonly inbox: Pick<RoundRobinInbox, 'waitingCount'>;
  readonly database: string;
  readonly epoch: string;
  readonly storage: WorldStorage;
  readonly workers: Pick<WorldWorkers, 'count' | 'waitingCount' | 'failureCount'>;
  /** Number of the last tick, or commit. */
  readonly lastTick: number;
  readonly lagTickCount: number;
  /** Null: it is off. */
  readonly overload: OverloadLadder | null;
  /** Of the module's code and about it, by level. */
  readonly logLines: ReadonlyMap<string, number>;
  /** By what came of them. */
  readonly publishes: ReadonlyMap<string, number>;
}

function addTicks(text: MetricsText, { trace, lastTick, lagTickCount, inbox }: MetricsSource): void {
  const seconds = BOUNDS_MS.map((ms) => ms / 1000);
  const { whole, lateness } = trace;
  text.gauge('tickbase_tick', 'Number of the last tick; at tickRate 0, of the last commit.', lastTick);
  text.counter('tickbase_ticks_total', 'Ticks that have run; at tickRate 0, wake-ups.', trace.tickCount);
  text.counter(
    'tickbase_ticks_dropped_total',
    'Ticks that were left out because the loop came too late.',
    lagTickCount,
  );
  const wholeHelp = 'From a tick being due to its last frame handed to the sockets.';
  text.histogram('tickbase_tick_seconds', wholeHelp, seconds, whole.counts, whole.sumMs / 1000);
  const lateHelp = 'From a tick being due to its beginning.';
  text.histogram('tickbase_tick_lateness_seconds', lateHelp, seconds, lateness.counts, lateness.sumMs / 1000);
  const phases = TRACE_PHASES.map((phase) => ({ labels: { phase }, value: trace.totalUs(phase) / 1e6 }));
  text.counter('tickbase_tick_phase_seconds_total', 'Time of all ticks, by phase.', phases);
  text.gauge('tickbase_inbox_items', 'Calls and other items of clients that wait for a tick.', inbox.waitingCount);
}

function addWorkers(text: MetricsText, { workers, interest }: MetricsSource): void {
  text.gauge('tickbase_workers', 'Threads that encode beside the tick thread.', workers.count);
  text.gauge(
    'tickbase_workers_waiting_records',
    'Records that the slowest worker has yet to take in.',
    workers.waitingCount,
  );
  text.counter(
    'tickbase_workers_ticks_total',
    'Ticks of which workers were to encode the pieces.',
    interest.counters.workerTicks,
  );
  text.counter(
    'tickbase_workers_late_ticks_total',
    'Of them those in which the tick thread did what was late.',
    interest.counters.lateTicks,
  );
  text.counter('tickbase_workers_failures_total', 'Times that the workers were given up.', workers.failureCount);
}

function addSocketThreads(text: MetricsText, { sockets, sendDelayMs }: MetricsSource): void {
  const threadCount = sockets?.threadCount ?? 0;
  text.gauge('tickbase_socket_threads', 'Threads that have the sockets to themselves.', threadCount);
  text.gauge(
    'tickbase_socket_threads_waiting_bytes',
    'Bytes that were handed to them, and that the kernel has not taken.',
    sockets?.waitingBytes() ?? 0,
  );
  const delayHelp =
    'From the end of a tick to its last frame given to the kernel, of the last tick of which it is known.';
  text.gauge('tickbase_socket_threads_delay_seconds', delayHelp, sendDelayMs / 1000);
}

function addFunctions(text: MetricsText, { reducers, systems }: Plan, runs: Float64Array): void {
  const kinds = [
    ...reducers.map(({ accessor, role }) => ({ name: accessor, kind: role === 'call' ? 'reducer' : role })),
    ...systems.map(({ accessor }) => ({ name: accessor, kind: 'system' })),
    { name: 'interest', kind: 'interest' },
    { name: 'sql', kind: 'statement' },
  ];
  const samples: Sample[] = [];
  let committed = 0;
  let undone = 0;
  for (const [place, { name, kind }] of kinds.entries()) {
    for (const [outcome, label] of OUTCOMES.entries()) {
      const value = runs[place * OUTCOME_COUNT + outcome]!;
      if (kind !== 'interest' && label === 'committed') committed += value;
      if (kind !== 'interest' && label !== 'committed' && label !== 'suspended') undone += value;
      // Outcomes that never came about would be most of the lines.
      if (value > 0 || (label === 'committed' && kind !== 'statement'))
        samples.push({ labels: { function: name, kind, outcome: label }, value });
    }
  }
  text.counter('tickbase_calls_total', 'Runs of the functions of the module, by outcome.', samples);
  text.counter('tickbase_transactions_total', 'Transactions, by how they ended.', [
    { labels: { end: 'commit' }, value: committed },
    { labels: { end: 'rollback' }, value: undone },
  ]);
}

function addTables(text: MetricsText, { tables }: World): void {
  const each = (value: (table: World['tables'][number]) => number): Sample[] =>
    tables.map((table) => ({ labels: { table: table.plan.name }, value: value(table) }));
  text.gauge(
    'tickbase_rows',
    'Rows that live.',
    each((table) => table.liveCount),
  );
  text.gauge(
    'tickbase_slots',
    'Slots that were ever used: rows and what rests of deleted ones.',
    each((table) => table.slotCount),
  );
  text.gauge(
    'tickbase_table_bytes',
    'Bytes of the columns of all slots; texts by sample; without indexes.',
    each(tableBytes),
  );
}

function addStorage(text: MetricsText, { log, lastSnapshot, snapshotCount }: WorldStorage): void {
  text.gauge('tickbase_durable_tick', 'Up to here every tick is on the disk, or had nothing to keep.', log.durableTick);
  text.counter(
    'tickbase_commit_log_records_total',
    'Records of the commit log that are on the disk, of all lives.',
    log.durableSequence,
  );
  text.counter('tickbase_commit_log_bytes_total', 'Bytes that the commit log has put on the disk.', log.durableBytes);
  text.counter(
    'tickbase_commit_log_syncs_total',
    'Times that the commit log was synced: one for all that waited.',
    log.groupCount,
  );
  text.gauge('tickbase_commit_log_waiting_bytes', 'Bytes of the commit log that wait for the disk.', log.waitingBytes);
  text.counter('tickbase_snapshots_total', 'Snapshots that were written.', snapshotCount);
  text.gauge(
    'tickbase_snapshot_tick',
    'The tick that the last whole snapshot holds; 0: none.',
    lastSnapshot?.head.tick ?? 0,
  );
  text.gauge('tickbase_snapshot_bytes', 'Size of the last whole snapshot; 0: none.', lastSnapshot?.bytes ?? 0);
}

function addClients(text: MetricsText, gateway: Gateway): void {
  const { clientCount, sessionCount, metrics } = gateway;
  text.gauge('tickbase_clients', 'Clients with a live link.', clientCount);
  text.gauge('tickbase_sessions', 'Clients with a link, or within the time to come back.', sessionCount);
  text.gauge(
    'tickbase_writes_paused',
    '1 while the disk is full and nothing is run that writes, else 0.',
    gateway.acceptsWrites ? 0 : 1,
  );
  text.gauge(
    'tickbase_held_ticks',
    'Ticks whose messages to confirmed clients wait for the disk.',
    gateway.heldTickCount,
  );
  text.gauge('tickbase_held_bytes', 'Memory of messages that wait for the disk.', gateway.heldBytes);
  const counters: readonly [name: string, help: string, value: number][] = [
    ['sockets_opened', 'Sockets that were opened.', metrics.socketsOpened],
    ['sessions_begun', 'Sessions that began.', metrics.sessionsBegun],
    ['sessions_resumed', 'Sessions that came back after a dropped link.', metrics.sessionsResumed],
    ['sessions_dropped', 'Sessions that ended without coming back.', metrics.sessionsDropped],
    ['received_messages', 'Messages from clients.', metrics.messagesIn],
    ['received_bytes', 'Bytes of messages from clients.', metrics.bytesIn],
    ['sent_messages', 'Messages to clients.', metrics.messagesOut],
    ['sent_bytes', 'Bytes of messages to clients, without WebSocket headers.', metrics.bytesOut],
    ['frames_skipped', 'Times that a client was passed over because it was behind.', metrics.framesSkipped],
    ['messages_held', 'Messages that waited for the disk before they left.', metrics.messagesHeld],
    [
      'frames_held_back',
      'Times that a client was passed over because too much waited for the disk.',
      metrics.framesHeldBack,
    ],
  ];
  for (const [name, help, value] of counters) text.counter(`tickbase_${name}_total`, help, value);
  const refusals = [...metrics.refusals].map(([code, value]) => ({ labels: { code }, value }));
  text.counter('tickbase_refusals_total', 'What the gateway refused, and links that it closed, by code.', refusals);
}

function addOverload(text: MetricsText, { overload, gateway }: MetricsSource): void {
  const { step, upCount, downCount, load } = overload ?? { step: 0, upCount: 0, downCount: 0, load: 0 };
  text.gauge('tickbase_overload_step', 'How far clients are sent less because of load: 0, nothing, to 5.', step);
  text.counter('tickbase_overload_changes_total', 'Steps of the overload ladder, by direction.', [
    { labels: { direction: 'up' }, value: upCount },
    { labels: { direction: 'down' }, value: downCount },
  ]);
  text.gauge('tickbase_tick_load', 'Part of their period that 95 % of the ticks of some seconds kept within.', load);
  text.gauge('tickbase_joins_waiting', 'New clients that wait for their turn.', gateway.joins.waitingCount);
}

function addPublishes(text: MetricsText, { publishes }: MetricsSource): void {
  const samples = Array.from(publishes, ([outcome, value]) => ({ labels: { outcome }, value }));
  text.counter('tickbase_publishes_total', 'Modules that were to take over, by what came of it.', samples);
}

function addProcess(text: MetricsText, { logLines }: MetricsSource): void {
  const lines = [...logLines].map(([level, value]) => ({ labels: { level }, value }));
  text.counter('tickbase_log_lines_total', 'Log lines of the module, by level.', lines);
  const { rss, external, arrayBuffers } = process.memoryUsage();
  const heap = getHeapStatistics();
  const { user, system } = process.cpuUsage();
  text.counter('process_cpu_seconds_total', 'Processor time of the server.', (user + system) / 1e6);
  text.gauge('process_resident_memory_bytes', 'Memory of the server in use.', rss);
  text.gauge('process_uptime_seconds', 'Since the process began.', process.uptime());
  text.gauge('nodejs_heap_used_bytes', 'Used part of the JavaScript heap.', heap.used_heap_size);
  text.gauge('nodejs_heap_limit_bytes', 'What the JavaScript heap may grow to.', heap.heap_size_limit);
  text.gauge('nodejs_external_bytes', 'Memory outside of the heap, array buffers included.', external);
  text.gauge('nodejs_array_buffer_bytes', 'Memory of array buffers: columns and messages.', arrayBuffers);
}

/** By CALL_*. */
const OUTCOMES = ['committed', 'refused', 'failed', 'stopped', 'suspended'];
