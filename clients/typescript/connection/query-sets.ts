import type { ClientItem } from '@tickbase/protocol';

/** A subscription: queries that are loaded and left together. */
export interface QuerySet {
  /** The name on the wire. */
  readonly id: number;
  readonly queries: readonly string[];
  phase: QuerySetPhase;
  readonly onApplied: () => void;
  readonly onError: (error: Error) => void;
  onEnded: (() => void) | null;
}

/** 'waiting': not sent; 'asked': sent; 'active': its rows are here; 'leaving': the unsubscribe was sent; 'ended'. */
export type QuerySetPhase = 'waiting' | 'asked' | 'active' | 'leaving' | 'ended';

/** The subscriptions of a connection and what must be said for them. */
export class QuerySets {
  readonly #sets = new Map<number, QuerySet>();
  /** Sets whose first rows decide when a new session's sweep may run. */
  readonly #awaited = new Set<QuerySet>();
  #lastId = 0;

  add(set: Omit<QuerySet, 'id' | 'phase'>): QuerySet {
    const added: QuerySet = { ...set, id: ++this.#lastId, phase: 'waiting' };
    this.#sets.set(added.id, added);
    return added;
  }

  /** What tells the server of a set, if it is still to be told. */
  ask(set: QuerySet): ClientItem[] {
    if (set.phase !== 'waiting') return [];
    set.phase = 'asked';
    return [{ kind: 'subscribe', querySetId: set.id, queries: [...set.queries] }];
  }

  /** What ends a set on the server; null when the server never heard of it. */
  leave(set: QuerySet): ClientItem | null {
    if (set.phase === 'waiting') {
      this.end(set);
      return null;
    }
    set.phase = 'leaving';
    return { kind: 'unsubscribe', querySetId: set.id };
  }

  byId(id: number): QuerySet | undefined {
    return this.#sets.get(id);
  }

  /** Its first rows are here. */
  applied(id: number): void {
    const set = this.#sets.get(id);
    if (set === undefined || set.phase !== 'asked') return;
    set.phase = 'active';
    set.onApplied();
  }

  /** The server has refused it or cannot go on with it. */
  failed(id: number, error: Error): void {
    const set = this.#sets.get(id);
    if (set === undefined) return;
    const { phase } = set;
    this.end(set);
    // A set that was leaving has reached its end, whatever the server makes of it.
    if (phase === 'leaving') set.onEnded?.();
    else set.onError(error);
  }

  /** What it held has left. */
  left(set: QuerySet): void {
    this.end(set);
    set.onEnded?.();
  }

  /** Takes a set out without a word. */
  end(set: QuerySet): void {
    set.phase = 'ended';
    this.#sets.delete(set.id);
    this.#awaited.delete(set);
  }

  /** The first rows of a set are here, or will not come. True when they were the last that a new session waited for. */
  arrived(set: QuerySet): boolean {
    return this.#awaited.delete(set) && this.#awaited.size === 0;
  }

  /** True when some set will ask a new session for rows. */
  get hasWanted(): boolean {
    for (const set of this.#sets.values()) if (set.phase !== 'leaving') return true;
    return false;
  }

  /** In a session without a past: every set is asked for again under its name; what was leaving has left. */
  askAgain(): { items: ClientItem[]; left: QuerySet[] } {
    const items: ClientItem[] = [];
    const left: QuerySet[] = [];
    this.#awaited.clear();
    for (const set of this.#sets.values()) {
      if (set.phase === 'leaving') left.push(set);
      else {
        this.#awaited.add(set);
        items.push({ kind: 'subscribe', querySetId: set.id, queries: [...set.queries] });
        if (set.phase === 'waiting') set.phase = 'asked';
      }
    }
    return { items, left };
  }

  /**
   * After a resume: nobody knows whether the server has heard a question whose answer is missing. So it is asked again; the
   * server passes over what it has heard, and answers that were lost come again by themselves.
   */
  askMissing(): ClientItem[] {
    const items: ClientItem[] = [];
    for (const set of this.#sets.values()) {
      if (set.phase === 'leaving') items.push({ kind: 'unsubscribe', querySetId: set.id });
      else if (set.phase !== 'active' || this.#awaited.has(set)) {
        if (set.phase === 'waiting') set.phase = 'asked';
        items.push({ kind: 'subscribe', querySetId: set.id, queries: [...set.queries] });
      }
    }
    return items;
  }

  /** The connection is over. Gives what is still to be told; `error`: to those that wait for their rows; null: nothing. */
  endAll(error: Error | null): () => void {
    const sets = [...this.#sets.values()];
    this.#sets.clear();
    this.#awaited.clear();
    return () => {
      for (const set of sets) {
        const { phase } = set;
        set.phase = 'ended';
        if (phase === 'leaving') set.onEnded?.();
        else if (phase !== 'active' && error !== null) set.onError(error);
      }
    };
  }
}
