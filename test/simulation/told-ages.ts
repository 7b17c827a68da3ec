import { assert } from '@tickbase/base';
import { decodeServerMessage, readPieceHandle } from '@tickbase/protocol';
import type { Plan } from '@tickbase/schema/plan';

/** What one section says of pages, and of nothing in them. */
interface SectionNotes {
  readonly tick: number;
  readonly isNewSession: boolean;
  readonly watched: readonly { readonly handle: number; readonly tableId: number; readonly cell: string | null }[];
  readonly told: readonly number[];
  readonly unwatched: readonly number[];
}

/** A page that a client watches, under its handle. */
export interface ToldPage {
  /** By table. */
  readonly position: number;
  /** `space,cellX,cellY`; null: no cell. */
  readonly cell: string | null;
  /** Of the last section that announced it or carried a piece of it: it is what it was then. */
  tick: number;
  /** `tick` as it was before the client's last section; of a page that this section announced: the section's own. */
  tickBefore: number;
}

/**
 * How old each page is that a client holds, read from its messages: the heads of sections and pieces, beside the client and knowing nothing of
 * what it makes of them.
 */
export class ToldAges {
  readonly #positions: ReadonlyMap<number, number>;
  readonly #pages = new Map<number, ToldPage>();
  /** Of messages that the client has got and may not have applied to their end. */
  readonly #notes: SectionNotes[] = [];

  constructor(plan: Plan) {
    this.#positions = new Map(plan.tables.map(({ id }, position) => [id, position]));
  }

  get pages(): Iterable<ToldPage> {
    return this.#pages.values();
  }

  /** Before the client gets it. */
  readMessage(message: Uint8Array): void {
    decodeServerMessage(message, ({ head, welcome, watches, unwatches }, pieces) => {
      const told: number[] = [];
      for (let offset = pieces.next(); offset >= 0; offset = pieces.next()) {
        told.push(readPieceHandle(pieces.bytes, offset));
      }
      this.#notes.push({
        tick: head.tick,
        isNewSession: welcome?.isResumed === false,
        watched: watches.map(({ handle, tableId, cell }) => ({
          handle,
          tableId,
          cell: cell && `${cell.space},${cell.cellX},${cell.cellY}`,
        })),
        told,
        unwatched: unwatches,
      });
    });
  }

  /** The client has applied the next section. */
  sectionApplied(tick: number): void {
    const notes = this.#notes.shift();
    assert(notes?.tick === tick, `a section of tick ${tick} was read before it was applied`);
    if (notes.isNewSession) this.#pages.clear();
    for (const page of this.#pages.values()) page.tickBefore = page.tick;
    for (const { handle, tableId, cell } of notes.watched) {
      const position = this.#positions.get(tableId);
      if (position !== undefined) this.#pages.set(handle, { position, cell, tick, tickBefore: tick });
    }
    for (const handle of notes.told) {
      const page = this.#pages.get(handle);
      if (page !== undefined) page.tick = tick;
    }
    for (const handle of notes.unwatched) this.#pages.delete(handle);
  }

  /** What is left of a message that the client did not take to its end, since it has ended. */
  forgetRest(): void {
    this.#notes.length = 0;
  }
}
