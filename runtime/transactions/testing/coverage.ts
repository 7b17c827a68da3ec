/** How often a random walk came by each kind of event. */
export class Coverage {
  readonly counts = new Map<string, number>();

  count(event: string, times = 1): void {
    this.counts.set(event, (this.counts.get(event) ?? 0) + times);
  }
}
