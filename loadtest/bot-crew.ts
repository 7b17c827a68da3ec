import type { BotFigures } from './bots/bot-run.ts';
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

export type BotOrders = Omit<Extract<ToBots, { kind: 'start' }>, 'kind' | 'from' | 'to'>;

export interface BotCrewEvents {
  /** Once: all bots have joined or failed to. */
  entered(): void;
  died(what: string): void;
}

/** Of all processes together. */
export interface CrewFigures {
  readonly elapsedS: number;
  readonly calls: number;
  readonly refusals: number;
  readonly messages: number;
  readonly bytes: number;
  /** Null without a call. */
  readonly callP50Ms: number | null;
  readonly callP99Ms: number | null;
  readonly checks: CheckCounts;
}

type Pace = Omit<Extract<FromBots, { kind: 'pace' }>, 'kind'>;
type Figures = Extract<FromBots, { kind: 'figures' }>;

interface Member {
  readonly program: ChildProgram<ToBots, FromBots>;
  pace: Pace;
  hasEntered: boolean;
  figures: { readonly settle: () => void; value: Figures | null } | null;
}

const NO_PACE: Pace = { joined: 0, mismatches: 0, errors: [], errorCount: 0 };

function addErrors(book: ErrorBook, { errors, errorCount }: Pick<Pace, 'errors' | 'errorCount'>): void {
  const before = book.count;
  book.addAll(errors);
  book.count = before + errorCount; // kinds beyond the bound are in the number alone
}

function merged(all: readonly Figures[]): CrewFigures {
  const sum = (value: (told: Figures) => number): number => all.reduce((total, told) => total + value(told), 0);
  const figure = (name: keyof BotFigures): number => sum(({ figures }) => figures[name] as number);
  const latency = mergeLatencies(all.map(({ figures }) => figures.latencyUs));
  const hasCalls = latency.totalCount > 0;
  return {
    elapsedS: all.length === 0 ? 0 : figure('elapsedS') / all.length,
    calls: figure('calls'),
    refusals: figure('refusals'),
    messages: figure('messages'),
    bytes: figure('bytes'),
    callP50Ms: hasCalls ? latency.getValueAtPercentile(50) / 1000 : null,
    callP99Ms: hasCalls ? latency.getValueAtPercentile(99) / 1000 : null,
    checks: {
      checks: sum(({ checks }) => checks.checks),
      rowsChecked: sum(({ checks }) => checks.rowsChecked),
      mismatches: sum(({ checks }) => checks.mismatches),
      texts: all.flatMap(({ checks }) => checks.texts).slice(0, TEXTS_MAX),
    },
  };
}
