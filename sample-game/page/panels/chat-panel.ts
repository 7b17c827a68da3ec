import { element } from './element.ts';

/** Who hears a line: those nearby, or everybody. */
export type Reach = 'near' | 'world';

const LINES_KEPT = 7;
const LINE_SHOWN_MS = 40_000;

/** The lines that were said, and the field to say one. */
export class ChatPanel {
  #lines = element('lines');
  #text = element<HTMLInputElement>('text');
  #reachButton = element('reach');
  #reach: Reach = 'near';

  constructor(onSay: (text: string, reach: Reach) => void) {
    element('say').addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.#text.value.trim();
      this.#text.value = '';
      this.#text.blur();
      if (text !== '') onSay(text, this.#reach);
    });
    this.#reachButton.addEventListener('click', () => {
      this.#reach = this.#reach === 'near' ? 'world' : 'near';
      this.#reachButton.textContent = this.#reach;
    });
    addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.#text.blur();
      if (event.key !== 'Enter' || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      this.#text.focus();
    });
  }

  /** Adds a line; `name` is empty for a notice of the game itself. */
  add(name: string, text: string, kind: Reach | 'notice'): void {
    const line = document.createElement('li');
    line.className = kind;
    if (name !== '') {
      const who = document.createElement('b');
      who.textContent = name;
      line.append(who, ' ');
    }
    line.append(text);
    this.#lines.append(line);
    while (this.#lines.childElementCount > LINES_KEPT) this.#lines.firstElementChild!.remove();
    setTimeout(() => line.remove(), LINE_SHOWN_MS);
  }
}
