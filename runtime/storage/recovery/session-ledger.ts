import { ByteReader, ByteWriter, TickbaseError } from '@tickbase/base';
import type { OpenedSession, SessionMarks } from '../../tick/index.ts';

/**
 * Which sessions are open, and up to which call each was processed, also those that ended lately: what a restart must know to run
 * `clientDisconnected` for the former and to run no call twice. Fed with the marks of each tick, by the running server as by recovery; a
 * snapshot holds it. Everything is kept encoded, so that a snapshot's share of it is one copy.
 *
 * A session is eight little-endian words of 64 bits: identity (4), connection id (2), the highest sequence processed (f64), and when it
 * was opened or, in the list of ended ones, when it ended (f64, microseconds since the Unix epoch; 0: no session here). What tokens say of open ones is kept as
 * the texts that the gateway has, too.
 */
export class SessionLedger {
  /** u64[WORDS * n]: open sessions, by handle. */
  #open = new BigUint64Array(WORDS * HANDLES_FIRST);
  #openNumbers = new Float64Array(this.#open.buffer);
  /** One past the highest handle that was ever open. */
  #handleCount = 0;
  /** u64[WORDS * n], n up to ENDED_MAX: a list, and a ring when it has come to that. */
  #ended = new BigUint64Array(WORDS * HANDLES_FIRST);
  #endedNumbers = new Float64Array(this.#ended.buffer);
  /** How many sessions have ended: the newest ENDED_MAX are kept. */
  #endedCount = 0;
  /** By handle, of open sessions that have shown a token. */
  readonly #claims = new Map<number, string>();

  /** Takes in what one tick did. */
  take(marks: LedgerMarks, timestampUs: number): void {
    const { opened, closed, processed, claims } = marks;
    if (opened.length + closed.length + claims.length === 0) {
      for (let i = 0; i < processed.length; i += 2) this.#process(processed[i]!, processed[i + 1]!);
      return;
    }
    const reopened = opened.length === 0 ? null : new Set(opened.map(({ handle }) => handle));
    for (let i = 0; i < processed.length; i += 2) {
      if (reopened?.has(processed[i]!) !== true) this.#process(processed[i]!, processed[i + 1]!);
    }
    for (let i = 0; i < closed.length; i++) {
      if (reopened?.has(closed[i]!) !== true) this.#close(closed[i]!, timestampUs);
    }
    if (reopened !== null) for (const handle of reopened) this.#takeReopened(handle, marks, timestampUs);
    for (const { handle, claims: text } of claims) {
      if (text === '' || !this.#isOpen(handle)) this.#claims.delete(handle);
      else this.#claims.set(handle, text);
    }
  }

  /** Sessions that have not ended, in the order in which they were opened; those of one tick by handle. */
  openSessions(): readonly LostSession[] {
    const sessions: LostSession[] = [];
    for (let handle = 0; handle < this.#handleCount; handle++) {
      if (!this.#isOpen(handle)) continue;
      const claims = this.#claims.get(handle) ?? '';
      sessions.push({ handle, ...sessionAt(this.#open, this.#openNumbers, handle), claims });
    }
    return sessions.sort((a, b) => a.timestampUs - b.timestampUs || a.handle - b.handle);
  }

  /** Sessions that have ended, the newest last; no more than ENDED_MAX. */
  endedSessions(): readonly PastSession[] {
    const count = Math.min(this.#endedCount, ENDED_MAX);
    return Array.from({ length: count }, (_, i) =>
      sessionAt(this.#ended, this.#endedNumbers, (this.#endedCount - count + i) % ENDED_MAX),
    );
  }

  /**
   * u32 handles, u32 ended sessions, the open sessions by handle, the ended ones, the oldest first; then to the end the claims of open ones: varint handle, string.
   */
  encode(): Uint8Array {
    const endedCount = Math.min(this.#endedCount, ENDED_MAX);
    const claims = new ByteWriter();
    for (const [handle, text] of this.#claims) {
      claims.varint(handle);
      claims.string(text);
    }
    const fixedLength = 8 + (this.#handleCount + endedCount) * SESSION_BYTES;
    const bytes = new Uint8Array(fixedLength + claims.length);
    bytes.set(claims.view(), fixedLength);
    const data = new DataView(bytes.buffer);
    data.setUint32(0, this.#handleCount, true);
    data.setUint32(4, endedCount, true);
    bytes.set(new Uint8Array(this.#open.buffer, 0, this.#handleCount * SESSION_BYTES), 8);
    const oldest = (this.#endedCount - endedCount) % ENDED_MAX;
    const untilWrap = Math.min(endedCount, ENDED_MAX - oldest);
    const endedAt = 8 + this.#handleCount * SESSION_BYTES;
    const { buffer } = this.#ended;
    bytes.set(new Uint8Array(buffer, oldest * SESSION_BYTES, untilWrap * SESSION_BYTES), endedAt);
    const rest = (endedCount - untilWrap) * SESSION_BYTES;
    bytes.set(new Uint8Array(buffer, 0, rest), endedAt + untilWrap * SESSION_BYTES);
    return bytes;
  }

  static decode(bytes: Uint8Array): SessionLedger {
    const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const handleCount = bytes.length < 8 ? 0 : data.getUint32(0, true);
    const endedCount = bytes.length < 8 ? 0 : data.getUint32(4, true);
    const fixedLength = 8 + (handleCount + endedCount) * SESSION_BYTES;
    if (bytes.length < fixedLength || endedCount > ENDED_MAX) {
      throw new TickbaseError({
        code: 'RECORD_MISFIT',
        what: 'the sessions of a snapshot are not of the length that they tell',
        where: `${bytes.length} bytes`,
        mend: 'start with the server version that wrote it; if that was this one, restore a backup and report the error',
      });
    }
    const ledger = new SessionLedger();
    ledger.#reserve(handleCount);
    ledger.#handleCount = handleCount;
    ledger.#endedCount = endedCount;
    ledger.#reserveEnded(endedCount);
    const endedAt = 8 + handleCount * SESSION_BYTES;
    new Uint8Array(ledger.#open.buffer).set(bytes.subarray(8, endedAt));
    new Uint8Array(ledger.#ended.buffer).set(bytes.subarray(endedAt, fixedLength));
    const claims = new ByteReader(bytes.subarray(fixedLength));
    while (claims.remaining > 0) {
      const handle = claims.varint();
      ledger.#claims.set(handle, claims.string());
    }
    return ledger;
  }

  /**
   * A handle that was opened in the tick may have had a session before it in the same tick, and another before that: they followed one
   * another. Sequences of calls grow within a session; a pair (handle, 0) says that the next session has begun.
   */
  #takeReopened(handle: number, { opened, closed, processed }: LedgerMarks, timestampUs: number): void {
    const opens = opened.filter((session) => session.handle === handle);
    let closesLeft = closed.filter((other) => other === handle).length;
    let nextOpen = 0;
    const goOn = (): void => {
      if (this.#isOpen(handle)) {
        this.#close(handle, timestampUs);
        closesLeft--;
      }
      this.#openAt(opens[nextOpen++]!, timestampUs);
    };
    if (!this.#isOpen(handle)) goOn();
    let isFresh = nextOpen > 0;
    for (let i = 0; i < processed.length; i += 2) {
      if (processed[i] !== handle) continue;
      const sequence = processed[i + 1]!;
      const isBeginning = sequence === 0 ? !isFresh : sequence <= this.#processedOf(handle);
      if (isBeginning && nextOpen < opens.length) goOn();
      isFresh = false;
      this.#process(handle, sequence);
    }
    while (nextOpen < opens.length) goOn();
    if (closesLeft > 0) this.#close(handle, timestampUs);
  }

  #isOpen(handle: number): boolean {
    return handle < this.#handleCount && this.#openNumbers[handle * WORDS + WORD_TIME]! !== 0;
  }

  #processedOf(handle: number): number {
    return this.#openNumbers[handle * WORDS + WORD_PROCESSED]!;
  }

  #process(handle: number, sequence: number): void {
    if (this.#isOpen(handle)) this.#openNumbers[handle * WORDS + WORD_PROCESSED] = sequence;
  }

  #openAt({ handle, identity, connectionId }: OpenedSession, timestampUs: number): void {
    this.#reserve(handle + 1);
    this.#handleCount = Math.max(this.#handleCount, handle + 1);
    const at = handle * WORDS;
    for (let i = 0; i < 4; i++) this.#open[at + i] = BigInt.asUintN(64, identity >> BigInt(64 * i));
    for (let i = 0; i < 2; i++) this.#open[at + 4 + i] = BigInt.asUintN(64, connectionId >> BigInt(64 * i));
    this.#openNumbers[at + WORD_PROCESSED] = 0;
    // A clock that stands at the epoch itself must not look like no session.
    this.#openNumbers[at + WORD_TIME] = Math.max(1, timestampUs);
  }

  #close(handle: number, timestampUs: number): void {
    if (!this.#isOpen(handle)) return;
    const from = handle * WORDS;
    const to = (this.#endedCount % ENDED_MAX) * WORDS;
    this.#reserveEnded(this.#endedCount + 1);
    this.#ended.set(this.#open.subarray(from, from + WORDS), to);
    this.#endedNumbers[to + WORD_TIME] = Math.max(1, timestampUs);
    this.#endedCount++;
    this.#open.fill(0n, from, from + WORDS);
    this.#claims.delete(handle);
  }

  #reserve(handleCount: number): void {
    if (handleCount * WORDS <= this.#open.length) return;
    const larger = new BigUint64Array(WORDS * 2 ** Math.ceil(Math.log2(handleCount)));
    larger.set(this.#open);
    this.#openNumbers = new Float64Array(larger.buffer);
    this.#open = larger;
  }

  #reserveEnded(count: number): void {
    if (Math.min(count, ENDED_MAX) * WORDS <= this.#ended.length) return;
    const larger = new BigUint64Array(WORDS * 2 ** Math.ceil(Math.log2(count)));
    larger.set(this.#ended);
    this.#endedNumbers = new Float64Array(larger.buffer);
    this.#ended = larger;
  }
}

/** What of a tick's marks the ledger takes. */
export type LedgerMarks = Pick<SessionMarks, 'opened' | 'closed' | 'processed' | 'claims'>;

export interface PastSession {
  readonly identity: bigint;
  readonly connectionId: bigint;
  /** The highest sequence of a call that was processed; 0: none. */
  readonly processed: number;
  /** When it was opened, or ended: microseconds since the Unix epoch. */
  readonly timestampUs: number;
}

/** One that is open, in the life that it belongs to. */
export interface LostSession extends PastSession {
  readonly handle: number;
  /** What its token said, a JSON object; empty: it has shown none. */
  readonly claims: string;
}

/** Sessions that ended long before a crash have no calls in flight. A power of two. */
export const ENDED_MAX = 16_384;

const WORDS = 8;
const SESSION_BYTES = 8 * WORDS;
const WORD_PROCESSED = 6;
const WORD_TIME = 7;
const HANDLES_FIRST = 64;

function sessionAt(words: BigUint64Array, numbers: Float64Array, place: number): PastSession {
  const at = place * WORDS;
  let identity = 0n;
  let connectionId = 0n;
  for (let i = 3; i >= 0; i--) identity = (identity << 64n) | words[at + i]!;
  for (let i = 1; i >= 0; i--) connectionId = (connectionId << 64n) | words[at + 4 + i]!;
  return {
    identity,
    connectionId,
    processed: numbers[at + WORD_PROCESSED]!,
    timestampUs: numbers[at + WORD_TIME]!,
  };
}
