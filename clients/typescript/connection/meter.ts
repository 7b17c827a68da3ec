import type { SectionHead } from '@tickbase/protocol';

/** Whoever counts what a connection sends and receives: ConnectionMeter, or something of one's own. Times are of the connection's clock. */
export interface Meter {
  /** A message leaves. `lastCall`: the sequence of the last call that has been sent in this session; 0: none. */
  sent(byteCount: number, lastCall: number, nowMs: number): void;
  /** A message has come. */
  received(byteCount: number): void;
  /** A part of a message with rows of one table. `table`: its accessor. */
  piece(table: string, byteCount: number): void;
  /** A section has been applied. `isWelcome`: it answers the handshake. */
  section(head: SectionHead, isWelcome: boolean, nowMs: number): void;
}
