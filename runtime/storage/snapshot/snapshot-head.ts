import type { Plan } from '@tickbase/schema/plan';

/** What a snapshot says of itself: JSON, with the timestamp as a decimal text. */
export interface SnapshotHead {
  /** The tick that it holds, with all that came before. */
  readonly tick: number;
  /** Microseconds since the Unix epoch, of the tick's last transaction. */
  readonly timestampUs: bigint;
  /** Sequence of the last record of the log that is in it; 0: none. Recovery goes on with the next. */
  readonly sequence: number;
  /** How many schema records the log had up to there. */
  readonly schemaVersion: number;
  readonly plan: Plan;
}

export function encodeSnapshotHead(head: SnapshotHead): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ ...head, timestampUs: head.timestampUs.toString() }));
}

/** Null when the bytes are no head. */
export function decodeSnapshotHead(bytes: Uint8Array): SnapshotHead | null {
  try {
    const head = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Record<string, unknown>;
    const { tick, timestampUs, sequence, schemaVersion, plan } = head;
    const isWhole =
      [tick, sequence, schemaVersion].every((number) => Number.isSafeInteger(number) && (number as number) >= 0) &&
      typeof timestampUs === 'string' &&
      typeof plan === 'object' &&
      plan !== null &&
      Array.isArray((plan as Plan).tables);
    if (!isWhole) return null;
    return {
      tick: tick as number,
      timestampUs: BigInt(timestampUs),
      sequence: sequence as number,
      schemaVersion: schemaVersion as number,
      plan: plan as Plan,
    };
  } catch {
    return null;
  }
}
