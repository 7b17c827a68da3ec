import type { CallResult } from '@tickbase/protocol';
import type { PendingCall } from './pending-call.ts';

/**
 * Calls in order. A call that was sent keeps its sequence and is sent again after a resume, where the server runs each at
 * most once; in a new session its number would mean nothing, so it is sent again as a new call, and only if the server knows that it has
 * not run.
 */
export class CallLedger {
  /** Those that wait, among others that do no more: these go together, when none waits. */
  readonly #unsent: PendingCall[] = [];
  #unsentCount = 0;
  readonly #sent = new Map<number, PendingCall>();
  #lastSequence = 0;
  #resultsSeen = 0;

  /** Sequence of the last call whose result was seen. */
  get resultsSeen(): number {
    return this.#resultsSeen;
  }

  /** Sequence of the last call that was sent in this session; 0: none. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  add(call: PendingCall): void {
    call.isWaiting = true;
    this.#unsent.push(call);
    this.#unsentCount++;
  }

  /** Gives its sequence to a call that is about to leave. False: it has been settled since, and does not. */
  send(call: PendingCall): boolean {
    if (!call.isWaiting || call.reducerId < 0) return false;
    this.drop(call);
    call.sequence = ++this.#lastSequence;
    this.#sent.set(call.sequence, call);
    return true;
  }

  /** Takes a call out that waits and cannot be sent. */
  drop(call: PendingCall): void {
    call.isWaiting = false;
    // To set the length would give the memory back.
    if (--this.#unsentCount === 0) while (this.#unsent.length > 0) this.#unsent.pop();
  }

  /** The call that a result answers; undefined for one that was answered or given up before. */
  answer(result: CallResult): PendingCall | undefined {
    const { sequence } = result;
    this.#resultsSeen = Math.max(this.#resultsSeen, sequence);
    const call = this.#sent.get(sequence);
    if (call === undefined) return undefined;
    this.#sent.delete(sequence);
    call.result = result;
    return call;
  }

  /**
   * Counts anew, and gives up the calls up to `processed`, whose results will not come. The others wait to be sent, before those that were
   * not sent yet.
   */
  startOver(processed = Infinity): PendingCall[] {
    const { sent } = this;
    const lost = sent.filter(({ sequence }) => sequence <= processed);
    for (const call of [...sent.slice(lost.length), ...this.takeUnsent()]) {
      call.sequence = 0;
      this.add(call);
    }
    this.#sent.clear();
    this.#lastSequence = 0;
    this.#resultsSeen = 0;
    return lost;
  }

  get unsent(): readonly PendingCall[] {
    return this.#unsent.filter(({ isWaiting }) => isWaiting);
  }

  /** Sent, without a result so far, in order. */
  get sent(): readonly PendingCall[] {
    return [...this.#sent.values()];
  }

  takeUnsent(): readonly PendingCall[] {
    const { unsent } = this;
    for (const call of unsent) this.drop(call);
    return unsent;
  }
}
