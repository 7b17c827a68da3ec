import { UniqueHandle } from './unique-handle.ts';

/** What a module sees of the primary key: a unique index by which whole rows are also replaced. */
export class KeyHandle extends UniqueHandle {
  readonly #writers: KeyWriters;

  constructor(writers: KeyWriters, ...rest: ConstructorParameters<typeof UniqueHandle>) {
    super(...rest);
    this.#writers = writers;
  }

  /** Replaces the row with the same primary key, which must be there. Returns the row as it is held. */
  update(row: unknown): Record<string, unknown> {
    return this.#writers.update(row);
  }

  /** Replaces the row with the same primary key, or inserts it. */
  upsert(row: unknown): Record<string, unknown> {
    return this.#writers.upsert(row);
  }
}

export interface KeyWriters {
  update(row: unknown): Record<string, unknown>;
  upsert(row: unknown): Record<string, unknown>;
}
