import { UniqueHandle } from './unique-handle.ts';

/** What a module sees of the primary key: a unique index by which whole rows are also replaced. */
export class KeyHandle extends UniqueHandle {
  readonly #update: RowWrite;
  readonly #upsert: RowWrite;

  constructor(upsert: RowWrite, ...rest: ConstructorParameters<typeof UniqueHandle>) {
    super(...rest);
    this.#update = rest[0].code.update!;
    this.#upsert = upsert;
  }

  /** Replaces the row with the same primary key, which must be there. Returns the row as it is held. */
  update(row: unknown): Record<string, unknown> {
    return this.#update(row);
  }

  /** Replaces the row with the same primary key, or inserts it. */
  upsert(row: unknown): Record<string, unknown> {
    return this.#upsert(row);
  }
}

type RowWrite = (row: unknown) => Record<string, unknown>;
