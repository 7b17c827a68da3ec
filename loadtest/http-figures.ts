/** What asking for one path gave. */
export interface HttpFigures {
  readonly path: string;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers other than 2xx, answers that never came, and links that failed. */
  readonly errors: number;
}
