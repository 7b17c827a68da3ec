import { expect } from 'vitest';
import type { Viewers } from '../../interest/viewers-port.ts';
import type { CommitRecord } from '../../store/commit-record.ts';
import {
  CALL_COMMITTED,
  CALL_FAILED,
  CALL_REFUSED,
  CALL_STOPPED,
  type CallOutcome,
  OUTCOME_AGAIN,
  OUTCOME_NONE,
  type World,
} from '../../transactions/world.ts';
import { endLostSessions } from '../end-lost-sessions.ts';
import type { ModuleGuard } from '../module-guard.ts';
import { RoundRobinInbox } from '../round-robin-inbox.ts';
import { runImmediate } from '../run-immediate.ts';
import { runStartHook } from '../run-start-hook.ts';
import { runTick } from '../run-tick.ts';
import type { SessionMarks } from '../session-marks.ts';
import { type StopOutcome, TickDesk } from '../tick-desk.ts';
import type { TickLimits } from '../tick-limits.ts';
import type { InboxItem, Outbox, TickClient, TickPorts } from '../tick-ports.ts';
import { Timeline } from '../timeline.ts';
import { CallMemory, WaitingCalls } from '../waiting-calls.ts';

/**
 * A tick on fakes that only note, in one list, what was asked of them. Specifications are lines:
 *   connect|disconnect ann        resume ann 41            call ann pay [refused|failed WHY | writes T:S | takes MS | hangs [behind T:S]]
 *   calls ann pay 9 [takes MS]    as many calls in one message
 *   subscribe ann 7 [refused C]   unsubscribe ann 7        query ann 9 purse [refused C]
 *   throws clientConnected refused|failed WHY|hangs         timer NAME US
 *   system N hangs | takes MS     the next run of it
 *   tick                          wake                     start init               lost ann bob
 *   disk full|roomy               the log takes no writes, or does again
 *   cpu none|all                  what a function that hangs has of a processor; all unless told
 *   watchers none|some            nobody watches anything, or somebody does; some unless told
 * `hangs`: the guard ends it; `behind T:S`: after it had committed.
 *   expect WHAT                   every line since the last step, in order
 */
export class TickScene {
  readonly noted: string[] = [];
  readonly inbox = new RoundRobinInbox();
  readonly timeline: Timeline;
  wallUs: number;
  #clients = new Map<string, FakeClient>();
  #calls: ScriptedCall[] = [];
  #hooks = new Map<string, ScriptedOutcome>();
  #refusals = new Map<string, string>();
  #timers: { name: string; dueUs: number }[] = [];
  #systems = new Map<number, ScriptedOutcome>();
  readonly ports: TickPorts;
  readonly desk: TickDesk;
  readonly world: World;
  #hasMore = false;
  #recovered: CallOutcome = CALL_COMMITTED;
  #cpuMs = 0;
  #isStarved = false;
  #isIdle = false;
  readonly #setDisk: (isFull: boolean) => void;

  constructor(limits: Partial<TickLimits> = {}, tickRate = 20, wallUs = 5_000_000) {
    this.wallUs = wallUs;
    this.timeline = new Timeline(77, 100);
    this.world = this.#fakeWorld(tickRate);
    const commitLog = {
      durableTick: 0,
      acceptsWrites: true,
      onChange: () => this.desk.items.noteLog(),
      append: (record: CommitRecord, { closed }: SessionMarks) =>
        this.#note([`log ${record.tick}`, ...closed.map((handle) => `closes ${handle}`)].join(' ')),
    };
    this.ports = { inbox: this.inbox, commitLog, diffs: this.#fakeDiffs(), outbox: this.#fakeOutbox() };
    this.desk = new TickDesk(this.world, this.ports, {
      limits,
      clock: this.clock,
      guard: this.#guard,
      cpuMs: () => this.#cpuMs,
      onWrites: (isAccepting) => this.#note(isAccepting ? 'writes go on' : 'writes pause'),
    });
    this.#setDisk = (isFull) => {
      commitLog.acceptsWrites = !isFull;
      commitLog.onChange();
    };
  }

  readonly clock = { nowMs: () => this.wallUs / 1000, wallUs: () => this.wallUs };

  /** Ends a visit that a scripted function hangs in. */
  readonly #guard: ModuleGuard = {
    run: (body, limitMs) => {
      try {
        body();
        return true;
      } catch (error) {
        if (error !== HANG) throw error;
        this.wallUs += 1000 * limitMs;
        if (!this.#isStarved) this.#cpuMs += limitMs;
        return false;
      }
    },
  };

  specify(text: string): void {
    let expected: string[] | null = null;
    const check = (): void => {
      if (expected !== null) expect(this.noted.splice(0)).toEqual(expected);
      expected = null;
    };
    for (const line of text.split('\n').map((raw) => raw.trim().replaceAll(/\s+/g, ' '))) {
      if (line === '') continue;
      if (line.startsWith('expect ')) (expected ??= []).push(line.slice(7));
      else {
        check();
        this.#act(line.split(' '));
      }
    }
    check();
  }

  client(name: string): FakeClient {
    let client = this.#clients.get(name);
    if (client === undefined) {
      const number = BigInt(this.#clients.size);
      client = {
        name,
        identity: 1001n + number,
        connectionId: 31n + number,
        caller: -1,
        viewer: null,
        isConnected: false,
      };
      this.#clients.set(name, client);
    }
    return client;
  }

  get hasMore(): boolean {
    return this.#hasMore;
  }

  #act(words: string[]): void {
    const [verb, who, ...rest] = words as [string, string, ...string[]];
    switch (verb) {
      case 'tick': {
        const tick = this.timeline.next(this.wallUs);
        this.timeline.ran(runTick(this.world, tick, this.ports, this.desk));
        return;
      }
      case 'wake':
        this.#hasMore = runImmediate(this.world, this.timeline, this.clock, this.ports, this.desk);
        return;
      case 'start':
        runStartHook(this.world, this.timeline.next(this.wallUs), who as 'init', this.ports, this.desk);
        return;
      case 'lost': {
        const sessions = [who, ...rest].map((name, i) => {
          const { identity, connectionId } = this.client(name);
          return { handle: 80 + i, identity, connectionId };
        });
        const tick = this.timeline.next(this.wallUs);
        this.timeline.ran(endLostSessions(this.world, tick, sessions, this.ports, this.desk));
        return;
      }
      case 'disk':
        this.#setDisk(who === 'full');
        return;
      case 'watchers':
        this.#isIdle = who === 'none';
        return;
      case 'cpu':
        this.#isStarved = who === 'none';
        return;
      case 'throws':
        this.#hooks.set(who, scripted(rest));
        return;
      case 'system':
        this.#systems.set(Number(who), scripted(rest));
        return;
      case 'calls':
        this.inbox.push(this.#message(this.client(who), rest));
        return;
      case 'timer':
        this.#timers.push({ name: who, dueUs: Number(rest[0]!) });
        return;
      default:
        this.inbox.push(this.#item(verb, this.client(who), rest));
    }
  }

  #item(verb: string, client: TickClient, rest: string[]): InboxItem {
    const number = Number(rest[0]);
    switch (verb) {
      case 'call': {
        this.#calls.push({ name: rest[0]!, ...scripted(rest.slice(1)) });
        const reducer = this.#calls.length - 1;
        const args = new Uint8Array(0);
        return { kind: 'call', client, sequence: 500 + reducer, reducer, args, argsStart: 0, argsEnd: 0 };
      }
      case 'resume':
        return { kind: 'resume', client, lastTick: number };
      case 'subscribe':
        if (rest[1] === 'refused') this.#refusals.set(`subscribe ${number}`, rest[2]!);
        return { kind: 'subscribe', client, querySetId: number, queries: [] };
      case 'unsubscribe':
        if (rest[1] === 'refused') this.#refusals.set(`unsubscribe ${number}`, rest[2]!);
        return { kind: 'unsubscribe', client, querySetId: number };
      case 'query':
        if (rest[2] === 'refused') this.#refusals.set(`query ${rest[1]}`, rest[3]!);
        return { kind: 'query', client, requestId: number, query: { table: rest[1]!, where: null, withinM: null } };
      case 'connect':
      case 'disconnect':
        return { kind: verb, client };
      default:
        throw new Error(`no such line: ${verb}`);
    }
  }

  #message(client: TickClient, [name, count, ...rest]: string[]): WaitingCalls {
    const memory = new CallMemory(1024);
    const first = 500 + this.#calls.length;
    for (let i = 0; i < Number(count); i++) {
      memory.add(this.#calls.push({ name: name!, ...scripted(rest) }) - 1, new DataView(new ArrayBuffer(0)), 0, 0);
    }
    return new WaitingCalls(client, first, Number(count), memory, 0);
  }

  #note(what: string): void {
    this.noted.push(what);
  }

  #fakeWorld(tickRate: number): World {
    let tick = 0;
    let timestampUs = 0;
    const names: string[] = [];
    const nameOf = (caller: number): string => names[caller] ?? 'nobody';
    const world = {
      plan: { tickRate, systems: [{ everyTicks: 1 }, { everyTicks: 1 }] },
      tables: [],
      lastMessage: '',
      lastOutcome: OUTCOME_NONE,
      lastWrites: new Uint32Array(0),
      lastWriteCount: 0,
      addCaller: (identity: bigint) => {
        const handle = names.indexOf('');
        const at = handle === -1 ? names.length : handle;
        names[at] = [...this.#clients.values()].find((client) => client.identity === identity)!.name;
        return at;
      },
      removeCaller: (caller: number) => {
        this.#note(`forget ${nameOf(caller)}`);
        names[caller] = '';
      },
      beginTick: (number: number, at: number) => {
        tick = number;
        timestampUs = at;
        this.#note(`begin ${tick} at ${at}`);
      },
      runCall: (reducer: number, _args: Uint8Array, caller: number): CallOutcome => {
        const call = this.#calls[reducer]!;
        this.#note(`run ${call.name} for ${nameOf(caller)}`);
        world.lastMessage = call.message;
        world.lastWrites = new Uint32Array(call.writes);
        world.lastWriteCount = call.writes.length / 2;
        return this.#live(call);
      },
      runHook: (role: string, caller: number): CallOutcome => {
        this.#note(`hook ${role} for ${nameOf(caller)}`);
        const outcome = this.#hooks.get(role);
        world.lastMessage = outcome?.message ?? '';
        return (world.lastOutcome = outcome === undefined ? CALL_COMMITTED : this.#live(outcome));
      },
      recover: (limitMs: number, isSpared = false): StopOutcome => {
        const isAgain = isSpared && this.#recovered === CALL_STOPPED;
        this.#note(`recover ${limitMs}${isAgain ? ' again' : ''}`);
        return isAgain ? OUTCOME_AGAIN : this.#recovered;
      },
      runDueTimers: (timersMax: number) => {
        let count = 0;
        for (; count < timersMax && this.#timers.length > 0 && this.#timers[0]!.dueUs <= timestampUs; count++) {
          this.#note(`timer ${this.#timers.shift()!.name}`);
        }
        return count;
      },
      runSystem: (system: number) => {
        this.#note(`system ${system}`);
        const outcome = this.#systems.get(system);
        this.#systems.delete(system);
        if (outcome !== undefined) this.#live(outcome);
      },
      nextTimerUs: () => this.#timers[0]?.dueUs ?? null,
      seal: () => {
        this.#note('seal');
        return { tick, timestampUs };
      },
    };
    return world as unknown as World;
  }

  #live(run: ScriptedOutcome): CallOutcome {
    this.wallUs += 1000 * run.takesMs;
    this.#recovered = run.outcome;
    if (run.hangs) throw HANG;
    return run.outcome;
  }

  #fakeDiffs(): Viewers {
    let added = 0;
    const isIdle = (): boolean => this.#isIdle;
    const diffs = {
      get isIdle(): boolean {
        return isIdle();
      },
      add: () => 60 + added++,
      remove: (viewer: number) => this.#note(`diffs remove ${viewer}`),
      begin: (record: CommitRecord) => this.#note(`diffs ${record.tick}`),
      subscribe: (viewer: number, id: number) => this.#answer(`subscribe ${id}`, viewer),
      unsubscribe: (viewer: number, id: number) => this.#answer(`unsubscribe ${id}`, viewer),
      resume: (viewer: number, tick: number) => this.#note(`diffs resume ${viewer} from ${tick}`),
      queryOnce: (viewer: number, query: { table: string }) =>
        this.#answer(`query ${query.table}`, viewer) ?? [new Uint8Array([7]), new Uint8Array([8, 9])],
      noteOwnWrites: (viewer: number, writes: Uint32Array, count: number, first = 0) =>
        this.#note(`own ${viewer} ${[...writes.subarray(2 * first, 2 * (first + count))].join(',')} (${count})`),
    };
    return diffs as unknown as Viewers;
  }

  #answer(asked: string, viewer: number): { code: string; message: string } | null {
    this.#note(`diffs ${asked} by ${viewer}`);
    const code = this.#refusals.get(asked);
    return code === undefined ? null : { code, message: `because of ${asked}` };
  }

  #fakeOutbox(): Outbox {
    const tell =
      (what: string) =>
      (client: TickClient, ...rest: unknown[]) =>
        this.#note(['tell', (client as FakeClient).name, what, ...rest.map(text)].join(' ').trim());
    return {
      connected: tell('connected'),
      refused: tell('refused'),
      turnedAway: (client, code) => tell('turnedAway')(client, code),
      callRefused: (client, sequence, code) => tell('callRefused')(client, sequence, code),
      resumed: tell('resumed'),
      disconnected: tell('disconnected'),
      disconnect: ({ reason }, tick) => this.#note(`tell end of ${reason} at ${tick}`),
      result: (client, sequence, outcome, message) =>
        tell('result')(client, sequence, ['committed', 'refused', 'failed', 'stopped'][outcome], message),
      subscriptionRefused: tell('subscriptionRefused'),
      queryAnswered: (client, id, table, rows) => tell('rows')(client, id, table, rows.length),
      queryRefused: tell('queryRefused'),
      endTick: (tick) => this.#note(`sections ${tick}`),
      flush: () => this.#note('flush'),
    };
  }
}

interface FakeClient extends TickClient {
  readonly name: string;
}

interface ScriptedOutcome {
  readonly outcome: CallOutcome;
  readonly message: string;
  /** Pairs (table position, slot). */
  readonly writes: readonly number[];
  readonly takesMs: number;
  readonly hangs: boolean;
}

interface ScriptedCall extends ScriptedOutcome {
  readonly name: string;
}

function scripted(words: readonly string[]): ScriptedOutcome {
  const [how, ...rest] = words;
  const quiet = { outcome: CALL_COMMITTED, message: '', writes: [], takesMs: 0, hangs: false } as const;
  if (how === 'refused') return { ...quiet, outcome: CALL_REFUSED, message: rest.join(' ') };
  if (how === 'failed') return { ...quiet, outcome: CALL_FAILED, message: rest.join(' ') };
  if (how === 'writes') return { ...quiet, writes: pairs(rest) };
  if (how === 'takes') return { ...quiet, takesMs: Number(rest[0]) };
  if (how !== 'hangs') return quiet;
  const isBehind = rest[0] === 'behind';
  return { ...quiet, hangs: true, outcome: isBehind ? CALL_COMMITTED : CALL_STOPPED, writes: pairs(rest.slice(1)) };
}

function pairs(list: readonly string[]): number[] {
  return list.flatMap((pair) => pair.split(':').map(Number));
}

/** Thrown in the place of a function that hangs: the scene's guard takes it for a forced stop. */
export const HANG = new Error('ended by force');

function text(value: unknown): string {
  return String(value);
}
