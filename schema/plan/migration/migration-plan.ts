/**
 * What becomes of a database when its module is replaced: for people (`steps`) and for the store (`tables`). Plain data, made from two plans alone, so
 * that recovery comes to the same as the server that wrote the log.
 */
export interface MigrationPlan {
  /** In the order of the new plan; what is taken away first. Empty: nothing differs that data or clients could tell. */
  readonly steps: readonly MigrationStep[];
  /** By position in the new plan. Of no meaning when a step is refused. */
  readonly tables: readonly TableMove[];
}

export interface MigrationStep {
  /** `rename column purse.gold to purse.coins` */
  readonly what: string;
  /** Canonical name, the new one if it was renamed; null: it concerns no table. */
  readonly table: string | null;
  readonly column: string | null;
  readonly class: MigrationClass;
  readonly why: string;
  /** What to do instead, for what is refused; else empty. */
  readonly mend: string;
}

/**
 * From harmless to impossible; a step has the last that fits it.
 *   safe                 neither rows nor clients notice
 *   rewrites             values of rows that are there are made anew
 *   disconnects clients  those whose generated code uses it are closed with SCHEMA_MISMATCH
 *   refused              nothing of the migration is done
 */
export type MigrationClass = (typeof MIGRATION_CLASSES)[number];

export const MIGRATION_CLASSES = ['safe', 'rewrites', 'disconnects clients', 'refused'] as const;

/** Where a table's rows come from. Slots, and so the rows' names on the wire, stay. */
export interface TableMove {
  /** Position in the old plan; null: the table is new. Rows of event tables do not come along. */
  readonly from: number | null;
  /** By column position in the new plan. */
  readonly columns: readonly ColumnMove[];
  /** Column positions of each key or constraint that no old one implies: rows may break it. */
  readonly newKeys: readonly (readonly number[])[];
}

export interface ColumnMove {
  /** Position in the old table; null: it is new. */
  readonly from: number | null;
  /**
   *   copy     the same bits
   *   convert  the same value in another type; of an enum a value may be left over that the new one has not
   *   default  the column's default, or none
   *   number   1, 2, 3, … in slot order: a new auto-increment column
   */
  readonly way: 'copy' | 'convert' | 'default' | 'number';
}
