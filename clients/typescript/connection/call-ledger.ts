import type { CallItem, CallResult } from '@tickbase/protocol';
import type { Settler } from './settler.ts';

/** A call from the moment it is made until its promise settles. */
export interface PendingCall {
  readonly accessor: string;
  readonly args: unknown;
  readonly settler: Settler<void>;
  /** Reducer id and arguments as the server's schema wants them; null: not encoded yet for this schema. */
  encoded: { readonly reducerId: number; readonly args: Uint8Array } | null;
  /** 0: not sent. */
  sequence: number;
}

/**
 * Calls in order. A call that was sent keeps its sequence and is sent again after a resume, where the server runs each at
 * most once; in a new session its number would mean nothing, so it is sent again as a new call, and only if the server knows that it has
 * not run.
 */
export class CallLedger {
  readonly #unsent = new Set<PendingCall>();
  readonly #sent = new Map<number, PendingCall>();
  #lastSequence = 0;
  #resultsSeen = 0;

  /** Sequence of the last call whose result was seen. */
  get resultsSeen(): number {
    return this.#resultsSeen;
  }

  add(call: PendingCall): void {
    this.#unsent.add(call);
  }

  /** The item for a call that is about to leave; none for one that has been settled since. */
  send(call: PendingCall): CallItem[] {
    if (!this.#unsent.delete(call) || call.encoded === null) return [];
    call.sequence = ++this.#lastSequence;
    this.#sent.set(call.sequence, call);
    return [itemOf(call)];
  }

  /** Takes a call out that cannot be sent. */
  drop(call: PendingCall): void {
    this.#unsent.delete(call);
  }

  /** After a resume: everything that was sent and not answered, in order. */
  unanswered(): CallItem[] {
    return Array.from(this.#sent.values(), itemOf);
  }

  /** The call that a result answers; undefined for one that was answered or given up before. */
  answer(result: CallResult): PendingCall | undefined {
    this.#resultsSeen = Math.max(this.#resultsSeen, result.sequence);
    const call = this.#sent.get(result.sequence);
    this.#sent.delete(result.sequence);
    return call;
  }

  /**
   * Counts anew, and gives up the calls up to `processed`, whose results will not come. The others wait to be sent, before those that were
   * not sent yet.
   */
  startOver(processed = Infinity): PendingCall[] {
    const sent = [...this.#sent.values()];
    const lost = sent.filter(({ sequence }) => sequence <= processed);
    const unsent = this.takeUnsent();
    for (const call of [...sent.slice(lost.length), ...unsent]) {
      call.sequence = 0;
      this.#unsent.add(call);
    }
    this.#sent.clear();
    this.#lastSequence = 0;
    this.#resultsSeen = 0;
    return lost;
  }

  get unsent(): readonly PendingCall[] {
    return [...this.#unsent];
  }

  /** Sent, without a result so far. */
  get sent(): readonly PendingCall[] {
    return [...this.#sent.values()];
  }

  takeUnsent(): PendingCall[] {
    const calls = [...this.#unsent];
    this.#unsent.clear();
    return calls;
  }
}

function itemOf(call: PendingCall): CallItem {
  const { reducerId, args } = call.encoded as { reducerId: number; args: Uint8Array };
  return { kind: 'call', sequence: call.sequence, reducerId, args };
}
