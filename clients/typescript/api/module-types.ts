/** What generated code tells the compiler of a module. */
export interface ModuleTypes {
  /** `conn.db` */
  readonly db: unknown;
  /** `conn.reducers` */
  readonly reducers: unknown;
  /** `tables` of the generated code, from which queries are built. */
  readonly tables: unknown;
}
