import type { QueryAnswer, SubscriptionError } from '@tickbase/protocol';
import { ToldQueue } from './told-queue.ts';

/** What one client alone is told beside its results: never skipped, kept until its receipt, bounded by the gateway. */
export class PrivateNews {
  /** The next section is the first of its link. */
  owesWelcome = false;
  isResumed = false;
  /** The welcome may leave only together with all that the diff builder owes: what comes is of another module. */
  owesModule = false;
  /** Hash of the wire schema that the client has; empty: none. */
  knownSchemaHash = '';
  /** Of the session of an earlier life that the client wanted to resume: calls up to here were processed; null: not known. */
  pastCallsProcessed: number | null = null;
  readonly subscriptionErrors = new ToldQueue<SubscriptionError>();
  readonly queryAnswers = new ToldQueue<QueryAnswer>();

  readonly #owner: NewsOwner;

  constructor(owner: NewsOwner) {
    this.#owner = owner;
  }

  get hasAny(): boolean {
    return this.owesWelcome || this.subscriptionErrors.hasUntold || this.queryAnswers.hasUntold;
  }

  /** Estimated bytes of everything kept. */
  get keptBytes(): number {
    return this.subscriptionErrors.keptBytes + this.queryAnswers.keptBytes;
  }

  /** The next section is the first of a link. `knownSchemaHash`: of the wire schema that the client has; empty: none. */
  oweWelcome(isResumed: boolean, knownSchemaHash: string, pastCallsProcessed: number | null): void {
    this.owesWelcome = true;
    this.isResumed = isResumed;
    this.knownSchemaHash = knownSchemaHash;
    this.pastCallsProcessed = pastCallsProcessed;
    this.#owner.isQuiet = false;
  }

  /** The link goes on with another module: its welcome comes with the first frame of that. One that is owed already will do. */
  oweModule(knownSchemaHash: string): void {
    if (!this.owesWelcome) this.oweWelcome(true, knownSchemaHash, null);
    this.owesModule = true;
  }

  /** What waits in the bytes of a table that stands otherwise by now would be read wrong. */
  voidAnswers(isSameTable: (tableId: number) => boolean): void {
    this.queryAnswers.change((answer) => {
      if (answer.code !== '' || isSameTable(answer.tableId)) return answer;
      const message = 'the server took over a new module before the answer was taken: ask again';
      return { ...answer, code: 'MODULE_REPLACED', message, tableId: 0, rows: [] };
    });
  }

  addSubscriptionError(error: SubscriptionError): void {
    this.#owner.isQuiet = false;
    this.subscriptionErrors.add(error, NEWS_BYTES + error.code.length + error.message.length);
  }

  addQueryAnswer(answer: QueryAnswer): void {
    let bytes = NEWS_BYTES + answer.code.length + answer.message.length;
    for (const row of answer.rows) bytes += ROW_BYTES + row.length;
    this.#owner.isQuiet = false;
    this.queryAnswers.add(answer, bytes);
  }

  releaseTick(tick: number): void {
    if (this.#owner.isQuiet) return;
    this.subscriptionErrors.releaseTick(tick);
    this.queryAnswers.releaseTick(tick);
    this.#owner.isQuiet = !this.owesWelcome && this.subscriptionErrors.isEmpty && this.queryAnswers.isEmpty;
  }

  /** The next link has applied everything up to `lastTick`; the rest is told again. */
  rewind(lastTick: number): void {
    this.releaseTick(lastTick);
    this.subscriptionErrors.rewind();
    this.queryAnswers.rewind();
  }
}

export interface NewsOwner {
  /** Nothing is kept and no welcome owed, as in nearly all ticks: its news need not be looked at. */
  isQuiet: boolean;
}

/** Overheads in memory and on the wire, roughly. */
const NEWS_BYTES = 64;
const ROW_BYTES = 16;
