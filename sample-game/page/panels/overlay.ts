import { TICK_RATE } from '../../src/rules.ts';
import type { ConnectionWord } from '../connection.ts';
import { element } from './element.ts';

/** What the small card in the corner shows. */
export interface OverlayFigures {
  readonly tick: number;
  /** Of the server, the 99th percentile; null: not known yet. */
  readonly tickTimeMs: number | null;
  readonly roundTripMs: number | null;
  readonly bytesPerSecond: number;
  readonly rowsInView: number;
  readonly cells: number;
  readonly people: number;
  readonly bots: number;
}

const TICK_PERIOD_MS = 1000 / TICK_RATE;
/** Room for the figures without hiding the game. */
const WIDE = '(min-width: 1000px) and (min-height: 481px)';

export class Overlay {
  #state = element('state');
  #values = new Map<string, HTMLElement>();

  constructor() {
    element<HTMLDetailsElement>('overlay').open = matchMedia(WIDE).matches;
    const figures = element('figures');
    const names = ['tick', 'tick p99', 'round trip', 'received', 'rows in view', 'cells', 'people', 'bots'];
    for (const name of names) {
      const term = document.createElement('dt');
      const value = document.createElement('dd');
      term.textContent = name;
      value.textContent = 'unknown';
      figures.append(term, value);
      this.#values.set(name, value);
    }
  }

  /** `text`: what it says of the state. */
  showState(word: ConnectionWord, text: string): void {
    this.#state.dataset['state'] = word;
    this.#state.querySelector('span')!.textContent = text;
  }

  show(figures: OverlayFigures): void {
    this.#put('tick', String(figures.tick));
    this.#put('tick p99', figures.tickTimeMs === null ? 'unknown' : tickTimeText(figures.tickTimeMs));
    this.#put('round trip', figures.roundTripMs === null ? 'unknown' : `${Math.round(figures.roundTripMs)} ms`);
    this.#put('received', bytesText(figures.bytesPerSecond));
    this.#put('rows in view', String(figures.rowsInView));
    this.#put('cells', String(figures.cells));
    this.#put('people', String(figures.people));
    this.#put('bots', String(figures.bots));
  }

  #put(name: string, text: string): void {
    const value = this.#values.get(name)!;
    if (value.textContent !== text) value.textContent = text;
  }
}

/** Beside the time that a tick may take. */
function tickTimeText(tickTimeMs: number): string {
  return `${tickTimeMs.toFixed(tickTimeMs < 100 ? 1 : 0)} of ${TICK_PERIOD_MS} ms`;
}

function bytesText(perSecond: number): string {
  return perSecond < 1000 ? `${Math.round(perSecond)} B/s` : `${(perSecond / 1000).toFixed(1)} kB/s`;
}
