/** What a server measures of itself in a window. Times in milliseconds; CPU: 100 is one core. */
export interface ServerFigures {
  readonly ticks: number;
  readonly tickP50Ms: number;
  readonly tickP99Ms: number;
  readonly tickMaxMs: number;
  /** By phase of the tick. */
  readonly phases: Readonly<Record<string, { readonly p50Ms: number; readonly p99Ms: number }>>;
  readonly cpuPercent: number;
  /** CPU time of the whole process, over the ticks: what is left to compare on a machine that others use. */
  readonly cpuMsPerTick: number;
  /** At the end of the window, and when it began. */
  readonly rssMb: number;
  readonly rssFirstMb: number;
  /** What the sampling of the world for the checks took of the tick thread, and how often. */
  readonly samples: number;
  readonly sampleMeanMs: number;
  readonly sampleMaxMs: number;
}

/** The last second of a server. */
export interface ServerSecond {
  readonly ticks: number;
  readonly tickP50Ms: number;
  readonly tickP99Ms: number;
  readonly tickMaxMs: number;
  readonly cpuPercent: number;
  readonly rssMb: number;
  readonly clients: number;
}
