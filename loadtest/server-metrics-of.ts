const ANSWER_MS_MAX = 2000;

/** What a server of this machine tells by `GET /v1/metrics`. Null: it gave no answer. */
export async function serverMetricsOf(uri: string): Promise<ServerMetrics | null> {
  try {
    const url = `http://${new URL(uri).host}/v1/metrics`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    return answer.ok ? new ServerMetrics(await answer.text()) : null;
  } catch {
    return null;
  }
}

/** Figures in the text format of Prometheus. */
export class ServerMetrics {
  /** By name, the series of one name added up. */
  readonly #sums = new Map<string, number>();
  /** By name of a histogram: of each bucket its upper bound, and how many lie up to it. */
  readonly #buckets = new Map<string, (readonly [bound: number, upTo: number])[]>();

  constructor(text: string) {
    for (const [, name, bound, value] of text.matchAll(SAMPLES)) {
      this.#sums.set(name!, (this.#sums.get(name!) ?? 0) + Number(value));
      if (bound === undefined || !name!.endsWith(BUCKET)) continue;
      const histogram = name!.slice(0, -BUCKET.length);
      const buckets = this.#buckets.get(histogram) ?? [];
      buckets.push([bound === '+Inf' ? Infinity : Number(bound), Number(value)]);
      this.#buckets.set(histogram, buckets);
    }
  }

  /** 0: it is not told. */
  get(name: string): number {
    return this.#sums.get(name) ?? 0;
  }

  /** In ascending order. */
  buckets(histogram: string): readonly (readonly [bound: number, upTo: number])[] {
    return this.#buckets.get(histogram) ?? [];
  }
}

const BUCKET = '_bucket';
const SAMPLES = /^([A-Za-z_:][\w:]*)(?:\{(?:le="([^"]*)"|.*)\})? (\S+)$/gm;
