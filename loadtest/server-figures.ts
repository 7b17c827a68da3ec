/** What is known of any server in a window. Times in milliseconds; CPU: 100 is one core. */
export interface ServerWindow {
  readonly ticks: number;
  readonly tickP50Ms: number;
  readonly tickP99Ms: number;
  readonly cpuPercent: number;
  /** CPU time of the whole process, over the ticks: what is left to compare on a machine that others use. */
  readonly cpuMsPerTick: number;
  /** At the end of the window, and when it began. */
  readonly rssMb: number;
  readonly rssFirstMb: number;
}

/** What the load test's own server measures of itself in a window. */
export interface ServerFigures extends ServerWindow {
  readonly tickMaxMs: number;
  /** By phase of the tick. */
  readonly phases: Readonly<Record<string, { readonly p50Ms: number; readonly p99Ms: number }>>;
  /** What the sampling of the world for the checks took of the tick thread, and how often. */
  readonly samples: number;
  readonly sampleMeanMs: number;
  readonly sampleMaxMs: number;
}

/** The last second of a server. */
export interface ServerSecond extends Pick<ServerWindow, 'ticks' | 'tickP50Ms' | 'tickP99Ms' | 'cpuPercent' | 'rssMb'> {
  /** Of the load test's own server. */
  readonly tickMaxMs?: number;
  readonly clients: number;
}
