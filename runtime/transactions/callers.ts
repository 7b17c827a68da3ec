import type { Caller } from './caller.ts';

/** Callers by handle, a small number that is given again once it is free. */
export class Callers {
  readonly #callers: (Caller | null)[] = [];
  readonly #free: number[] = [];

  add(caller: Caller): number {
    const handle = this.#free.pop() ?? this.#callers.length;
    this.#callers[handle] = caller;
    return handle;
  }

  /** A handle that holds no caller is passed over. */
  remove(handle: number): void {
    if (!this.#callers[handle]) return;
    this.#callers[handle] = null;
    this.#free.push(handle);
  }

  /** Gives a caller the handle that it has in the world before this one. Handles ascend; before any `add`. */
  place(handle: number, caller: Caller): void {
    while (this.#callers.length < handle) this.#free.push(this.#callers.push(null) - 1);
    this.#callers.push(caller);
  }

  /** Calls `visit` with each caller, by ascending handle. */
  forEach(visit: (handle: number, caller: Caller) => void): void {
    for (const [handle, caller] of this.#callers.entries()) if (caller !== null) visit(handle, caller);
  }

  at(handle: number): Caller {
    return this.#callers[handle]!;
  }
}
