import type { Query } from '@tickbase/schema/query';
import type { Identity } from '@tickbase/schema/values';
import type { ViewerId } from '../viewers-port.ts';
import type { NaiveArea } from './naive-area.ts';
import type { NaiveClient } from './naive-client.ts';

/** A viewer of the walk: what it asked for, what its client has, and what the oracle remembers of its view. */
export interface WalkViewer {
  id: ViewerId;
  readonly identity: Identity;
  /** The key of its own body. */
  readonly caller: number;
  client: NaiveClient;
  readonly sets: Map<number, { readonly queries: readonly Query[]; readonly sinceTick: number }>;
  /** Of sets that ended since its last frame. */
  endedQueries: Query[];
  centres: [number, number, number][];
  isAreaKnown: boolean;
  /** By table that has the grid and radius. */
  readonly areas: Map<string, { readonly area: NaiveArea; readonly heldSince: Map<string, number> }>;
  /** Of 10 ticks, in how many it takes its frame. */
  readonly diligence: number;
  isLinkDown: boolean;
  readonly appliedSets: Set<number>;
  /** By table id and slot: the life of each row that the client had after its last frame. */
  readonly lives: Map<string, number>;
}
