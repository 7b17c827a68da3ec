import type { MigrationStep } from '@tickbase/schema/plan';

/** What comes of the order `publish`. */
export interface PublishAnswer {
  /**
   *   published  the new module serves
   *   possible   it was a dry run: it would
   *   breaking   it would, but clients would be disconnected, and that was not allowed
   *   refused    nothing is changed, and the old module serves
   */
  readonly outcome: 'published' | 'possible' | 'breaking' | 'refused';
  readonly database: string;
  /** Empty: the module's code alone is new, if anything. */
  readonly steps: readonly MigrationStep[];
  /** How long the world stood still, in milliseconds; 0 if it did not. */
  readonly stillMs: number;
}
