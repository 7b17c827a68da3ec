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
  /** The hour that is drawn, 0 up to 24; null before the first message. */
  readonly hour: number | null;
  /** As the client's cache has them, not as they are drawn between two ticks. */
  readonly bodies: readonly DebugBody[];
  readonly resources: readonly DebugResource[];
  /** Those that players built. */
  readonly fires: readonly DebugPlace[];
  /** Pieces carried, by item. */
  readonly pack: Readonly<Record<number, number>>;
  /** The lines that can be read, `name: text`, oldest first. */
  readonly lines: readonly string[];
  /** The cells whose rows are received, as the small map shows them. */
  readonly cells: readonly { readonly space: number; readonly cellX: number; readonly cellY: number }[];
  readonly isSoundOn: boolean;
}

export interface DebugPlace {
  readonly id: string;
  readonly floor: number;
  readonly x: number;
  readonly y: number;
}

export interface DebugBody extends DebugPlace {
  readonly kind: number;
  readonly carries: number;
  readonly hp: number;
  readonly name: string | null;
}

export interface DebugResource extends DebugPlace {
  readonly kind: number;
  readonly left: number;
}

declare global {
  interface Window {
    sampleGame?: DebugDoor;
  }
}
