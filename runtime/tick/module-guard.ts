/** Runs code that calls the module's functions, and ends it when it takes too long. */
export interface ModuleGuard {
  /**
   * Runs `body` inside of the module's context. False: it was ended after `limitMs`, at any place, without its `catch` and `finally`; the
   * world must be told by `recover` before anything else. So all of `body` that is not the world's is to be right wherever it ends.
   * What `body` throws passes.
   */
  run(body: () => void, limitMs: number): boolean;
}

/** For simulations and tests, whose modules are known to return. */
export const UNGUARDED: ModuleGuard = {
  run(body) {
    body();
    return true;
  },
};
