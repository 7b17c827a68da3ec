import type { ConnectionWord } from '../connection.ts';
import { element } from './element.ts';

/** What the small card in the corner shows. */
export interface OverlayFigures {
  readonly tick: number;
  readonly roundTripMs: number | null;
  readonly bytesPerSecond: number;
  readonly rowsInView: number;
  readonly people: number;
  readonly bots: number;
}

export class Overlay {
  #state = element('state');
  #values = new Map<string, HTMLElement>();

  constructor() {
    const figures = element('figures');
    for (const name of ['tick', 'round trip', 'received', 'rows in view', 'people', 'bots']) {
      const term = document.createElement('dt');
      const value = document.createElement('dd');
      term.textContent = name;
      figures.append(term, value);
      this.#values.set(name, value);
    }
  }

  showState(word: ConnectionWord, detail: string): void {
    this.#state.dataset['state'] = word;
    this.#state.querySelector('span')!.textContent = detail === '' ? word : `${word}: ${detail}`;
  }

  show(figures: OverlayFigures): void {
    this.#put('tick', String(figures.tick));
    this.#put('round trip', figures.roundTripMs === null ? 'unknown' : `${Math.round(figures.roundTripMs)} ms`);
    this.#put('received', bytesText(figures.bytesPerSecond));
    this.#put('rows in view', String(figures.rowsInView));
    this.#put('people', String(figures.people));
    this.#put('bots', String(figures.bots));
  }

  #put(name: string, text: string): void {
    const value = this.#values.get(name)!;
    if (value.textContent !== text) value.textContent = text;
  }
}

function bytesText(perSecond: number): string {
  return perSecond < 1000 ? `${Math.round(perSecond)} B/s` : `${(perSecond / 1000).toFixed(1)} kB/s`;
}
