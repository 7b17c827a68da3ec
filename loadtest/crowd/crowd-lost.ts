/** Clients could not come in, or did not stay: so many are not held. */
export class CrowdLost extends Error {
  /** What goes wrong with clients says so. */
  static unless<T>(promise: Promise<T>): Promise<T> {
    return promise.catch((error: unknown) => {
      throw new CrowdLost((error as Error).message);
    });
  }
}
