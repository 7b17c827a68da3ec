/** Figures in the text format that Prometheus reads (version 0.0.4). Names are ours; values of labels may be any text. */
export class MetricsText {
  readonly #lines: string[] = [];

  /** A figure that only grows: its value, or labels and value of each series. */
  counter(name: string, help: string, values: number | readonly Sample[]): void {
    this.#figure(name, 'counter', help, values);
  }

  /** A figure that goes up and down. */
  gauge(name: string, help: string, values: number | readonly Sample[]): void {
    this.#figure(name, 'gauge', help, values);
  }

  /** `counts`: how many lay between the bound before and each bound; the last: above all of them. */
  histogram(name: string, help: string, bounds: readonly number[], counts: ArrayLike<number>, sum: number): void {
    this.#head(name, 'histogram', help);
    let below = 0;
    for (let i = 0; i <= bounds.length; i++) {
      below += counts[i]!;
      this.#sample(`${name}_bucket`, { le: i === bounds.length ? '+Inf' : String(bounds[i]) }, below);
    }
    this.#sample(`${name}_sum`, {}, sum);
    this.#sample(`${name}_count`, {}, below);
  }

  toString(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  #figure(name: string, type: string, help: string, values: number | readonly Sample[]): void {
    this.#head(name, type, help);
    if (typeof values === 'number') this.#sample(name, {}, values);
    else for (const { labels, value } of values) this.#sample(name, labels, value);
  }

  #head(name: string, type: string, help: string): void {
    this.#lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
  }

  #sample(name: string, labels: Readonly<Record<string, string>>, value: number): void {
    const texts = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    this.#lines.push(`${name}${texts.length === 0 ? '' : `{${texts.join(',')}}`} ${value}`);
  }
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
