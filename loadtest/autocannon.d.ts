/** What the load test uses of autocannon, which carries no types of its own. */
declare module 'autocannon' {
  interface Options {
    readonly url: string;
    readonly connections: number;
    /** Requests a second, of all connections together. */
    readonly overallRate: number;
    /** Seconds. */
    readonly duration: number;
  }

  interface Result {
    /** A second. */
    readonly requests: { readonly average: number };
    /** Milliseconds. */
    readonly latency: { readonly p50: number; readonly p99: number };
    readonly non2xx: number;
    readonly errors: number;
    readonly timeouts: number;
  }

  export default function autocannon(options: Options): Promise<Result>;
}
