import type { BotFigures, WindowFigures } from './bots/bot-run.ts';
import type { Histogram } from 'hdr-histogram-js';
import { mergeLatencies } from './latency-histogram.ts';
import { type CheckCounts, TEXTS_MAX } from './check/view-checker.ts';
import { ChildProgram } from './child-program.ts';
import { ErrorBook } from './error-book.ts';
import type { FromBots, ToBots } from './process-messages.ts';

/** So many bots keep one core busy, roughly, when each gets a frame of a few kilobytes 20 times a second. */
const BOTS_A_PROCESS = 250;
const PROCESSES_MAX = 8;

/** The bots of a run, spread over processes by their numbers. */
export class BotCrew {
  readonly #members: Member[] = [];
  readonly #events: BotCrewEvents;
  #isLeaving = false;

  constructor(bots: number, orders: BotOrders, events: BotCrewEvents) {
    this.#events = events;
    const count = Math.min(PROCESSES_MAX, Math.ceil(bots / BOTS_A_PROCESS));
    for (let i = 0; i < count; i++) {
      const member: Member = { program: this.#start(i), pace: NO_PACE, hasEntered: false, figures: null };
      this.#members.push(member);
      member.program.tell({
        kind: 'start',
        ...orders,
        bots,
        from: Math.round((bots * i) / count),
        to: Math.round((bots * (i + 1)) / count),
        joinsPerSecond: orders.joinsPerSecond / count,
      });
    }
  }

  get processCount(): number {
    return this.#members.length;
  }

  get joined(): number {
    return this.#members.reduce((sum, { pace }) => sum + pace.joined, 0);
  }

  get mismatches(): number {
    return this.#members.reduce((sum, { pace }) => sum + pace.mismatches, 0);
  }

  get errorCount(): number {
    return this.#members.reduce((sum, { pace }) => sum + pace.errorCount, 0);
  }

  /** Hands a part of the stream of samples on to all. */
  sample(chunk: Uint8Array): void {
    for (const { program } of this.#members) if (program.samples.writable) program.samples.write(chunk);
  }

  /** The last second of all processes together. */
  second(): CrewSecond {
    return secondOf(this.#members.map(({ pace }) => pace.second).filter((second) => second !== null));
  }

  begin(): void {
    for (const { program } of this.#members) program.tell({ kind: 'begin' });
  }

  /** What the bots measured since `begin`, of the processes that still are. */
  async figures(): Promise<CrewFigures> {
    const told = this.#members.map(async (member) => {
      const answer = new Promise<void>((settle) => (member.figures = { settle, value: null }));
      member.program.tell({ kind: 'end' });
      await Promise.race([answer, member.program.ended]);
      return member.figures!.value;
    });
    return merged((await Promise.all(told)).filter((figures) => figures !== null));
  }

  /** The errors known so far. */
  errors(): ErrorBook {
    const book = new ErrorBook();
    for (const { pace } of this.#members) addErrors(book, pace);
    return book;
  }

  async leave(): Promise<void> {
    this.#isLeaving = true;
    await Promise.all(this.#members.map(({ program }) => program.leave({ kind: 'leave' })));
  }

  #start(place: number): ChildProgram<ToBots, FromBots> {
    const program = new ChildProgram<ToBots, FromBots>('./bots-program.ts', [], [], (message) => {
      this.#hear(this.#members[place]!, message);
    });
    void program.ended.then((how) => {
      if (!this.#isLeaving) this.#events.died(`a process of bots ended with ${how}`);
    });
    return program;
  }

  #hear(member: Member, message: FromBots): void {
    if (message.kind === 'entered') {
      member.hasEntered = true;
      if (this.#members.every(({ hasEntered }) => hasEntered)) this.#events.entered();
    } else if (message.kind === 'pace') {
      member.pace = message;
    } else {
      const { mismatches } = message.checks;
      member.pace = { ...member.pace, mismatches, errors: message.errors, errorCount: message.errorCount };
      member.figures!.value = message;
      member.figures!.settle();
    }
  }
}

export type BotOrders = Omit<Extract<ToBots, { kind: 'start' }>, 'kind' | 'bots' | 'from' | 'to'>;

export interface BotCrewEvents {
  /** Once: all bots have joined or failed to. */
  entered(): void;
  died(what: string): void;
}

/** Of all processes together. Null: nothing of the kind was. */
export interface CrewFigures {
  readonly elapsedS: number;
  readonly calls: number;
  readonly refusals: number;
  readonly messages: number;
  readonly bytes: number;
  readonly callP50Ms: number | null;
  readonly callP99Ms: number | null;
  readonly frameP50Ms: number | null;
  readonly frameP99Ms: number | null;
  readonly joinP50Ms: number | null;
  readonly joinP99Ms: number | null;
  readonly worstAreaBytesPerSecond: number;
  readonly slowReturns: number;
  readonly slowBytes: number;
  readonly checks: CheckCounts;
}

/** Rates of one second. */
export interface CrewSecond {
  readonly bytes: number;
  readonly frames: number;
  readonly calls: number;
  readonly callP50Ms: number | null;
  readonly callP99Ms: number | null;
  readonly frameP50Ms: number | null;
  readonly frameP99Ms: number | null;
}

type Told = Omit<Extract<FromBots, { kind: 'pace' }>, 'kind'>;
type Pace = Omit<Told, 'second'> & { readonly second: WindowFigures | null };
type Figures = Extract<FromBots, { kind: 'figures' }>;

interface Member {
  readonly program: ChildProgram<ToBots, FromBots>;
  pace: Pace;
  hasEntered: boolean;
  figures: { readonly settle: () => void; value: Figures | null } | null;
}

const NO_PACE: Pace = { joined: 0, mismatches: 0, second: null, errors: [], errorCount: 0 };

function addErrors(book: ErrorBook, { errors, errorCount }: Pick<Pace, 'errors' | 'errorCount'>): void {
  const before = book.count;
  book.addAll(errors);
  book.count = before + errorCount; // kinds beyond the bound are in the number alone
}

function merged(all: readonly Figures[]): CrewFigures {
  const sum = (value: (told: Figures) => number): number => all.reduce((total, told) => total + value(told), 0);
  const figure = (name: keyof BotFigures): number => sum(({ figures }) => figures[name] as number);
  const shares = (name: 'callUs' | 'frameUs' | 'joinUs'): Shares =>
    sharesOf(mergeLatencies(all.map(({ figures }) => figures[name])));
  const [call, frame, join] = [shares('callUs'), shares('frameUs'), shares('joinUs')];
  return {
    elapsedS: all.length === 0 ? 0 : figure('elapsedS') / all.length,
    calls: figure('calls'),
    refusals: figure('refusals'),
    messages: figure('messages'),
    bytes: figure('bytes'),
    callP50Ms: call.p50Ms,
    callP99Ms: call.p99Ms,
    frameP50Ms: frame.p50Ms,
    frameP99Ms: frame.p99Ms,
    joinP50Ms: join.p50Ms,
    joinP99Ms: join.p99Ms,
    worstAreaBytesPerSecond: Math.max(0, ...all.map(({ figures }) => figures.worstAreaBytesPerSecond)),
    slowReturns: figure('slowReturns'),
    slowBytes: figure('slowBytes'),
    checks: {
      checks: sum(({ checks }) => checks.checks),
      rowsChecked: sum(({ checks }) => checks.rowsChecked),
      rowsUnchecked: sum(({ checks }) => checks.rowsUnchecked),
      mismatches: sum(({ checks }) => checks.mismatches),
      texts: all.flatMap(({ checks }) => checks.texts).slice(0, TEXTS_MAX),
    },
  };
}

function secondOf(all: readonly WindowFigures[]): CrewSecond {
  const rate = (name: 'bytes' | 'messages' | 'calls'): number =>
    all.reduce((sum, second) => sum + second[name] / Math.max(0.1, second.elapsedS), 0);
  const call = sharesOf(mergeLatencies(all.map(({ callUs }) => callUs)));
  const frame = sharesOf(mergeLatencies(all.map(({ frameUs }) => frameUs)));
  return {
    bytes: rate('bytes'),
    frames: rate('messages'),
    calls: rate('calls'),
    callP50Ms: call.p50Ms,
    callP99Ms: call.p99Ms,
    frameP50Ms: frame.p50Ms,
    frameP99Ms: frame.p99Ms,
  };
}

interface Shares {
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

function sharesOf(us: Histogram): Shares {
  if (us.totalCount === 0) return { p50Ms: null, p99Ms: null };
  return { p50Ms: us.getValueAtPercentile(50) / 1000, p99Ms: us.getValueAtPercentile(99) / 1000 };
}
