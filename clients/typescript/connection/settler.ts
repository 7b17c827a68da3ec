/** The two ends of a promise that somebody waits for. */
export interface Settler<T> {
  resolve(value: T): void;
  reject(error: Error): void;
}
