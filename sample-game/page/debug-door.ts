import type { ConnectionWord } from './connection.ts';

/**
 * What `window.sampleGame` shows to tests and to the curious in the browser's console. Read only: nothing in the page
 * depends on it. Ids are decimal text, since bigints do not pass through JSON.
 */
export interface DebugDoor {
  readonly state: ConnectionWord;
  readonly tick: number;
  readonly framesDrawn: number;
  readonly ownBodyId: string | null;
  /** 0 is the open land, 1 the cave. */
  readonly space: number;
  /** As the client's cache has them, not as they are drawn between two ticks. */
  readonly bodies: readonly DebugBody[];
  readonly resources: readonly DebugResource[];
  /** Pieces carried, by item. */
  readonly pack: Readonly<Record<number, number>>;
  readonly lines: readonly string[];
}

export interface DebugBody {
  readonly id: string;
  readonly kind: number;
  readonly floor: number;
  readonly x: number;
  readonly y: number;
  readonly name: string | null;
}

export interface DebugResource {
  readonly id: string;
  readonly kind: number;
  readonly floor: number;
  readonly x: number;
  readonly y: number;
  readonly left: number;
}

declare global {
  interface Window {
    sampleGame?: DebugDoor;
  }
}
