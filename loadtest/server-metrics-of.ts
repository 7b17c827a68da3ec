const ANSWER_MS_MAX = 2000;

/** Figures that a server of this machine tells by `GET /v1/metrics`, by name, the series of one name added up. Null: it gave no answer. */
export async function serverMetricsOf(uri: string): Promise<ReadonlyMap<string, number> | null> {
  try {
    const url = `http://${new URL(uri).host}/v1/metrics`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    return answer.ok ? parseMetrics(await answer.text()) : null;
  } catch {
    return null;
  }
}

/** The text format of Prometheus; labels are passed over. */
export function parseMetrics(text: string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [, name, value] of text.matchAll(/^([A-Za-z_:][\w:]*)(?:\{.*\})? (\S+)$/gm)) {
    sums.set(name!, (sums.get(name!) ?? 0) + Number(value));
  }
  return sums;
}
