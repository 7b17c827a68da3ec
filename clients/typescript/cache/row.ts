/** A cached row as the application sees it: frozen, keyed by column accessor, the same object while nothing in it changed. */
export type Row = Readonly<Record<string, unknown>>;
