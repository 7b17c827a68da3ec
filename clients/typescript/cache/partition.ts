import type { Watch } from '@tickbase/protocol';
import type { BoundTable } from '../module/bound-schema.ts';
import type { CachedRow } from './cached-row.ts';

/** A watched partition. */
export interface Partition {
  readonly watch: Watch;
  /** Null: the generated code does not know the table; its pieces are skipped. */
  readonly bound: BoundTable | null;
  /** Rows by their names here. A name may outlast the residence: the row has gone on and its leave is still to come. */
  readonly names: Map<number, CachedRow>;
  /** Rows that reside here without a name. */
  readonly transit: Set<CachedRow>;
  /** Of the last section that announced it or had news of it. */
  tick: number;
  /** The section that announced it. */
  readonly watchedIn: number;
  /** While a section is applied: rows of an older generation are not part of the snapshot that it brings; 0: none. */
  snapshotFrom: number;
}
