import { element } from './element.ts';

const NOTICE_SHOWN_MS = 3500;

/** The words over the land: the keys until one walks, for a while what was refused, and the lost connection until it is back. */
export class HintPill {
  #pill = element('hint');
  #keys: string | null;
  #notice: string | null = null;
  #lasting: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(keys: string) {
    this.#keys = keys;
    this.#show();
  }

  /** Whoever has walked needs the keys no more. */
  forgetKeys(): void {
    if (this.#keys === null) return;
    this.#keys = null;
    this.#show();
  }

  /** Shows a line for a while. */
  notify(text: string, shownMs = NOTICE_SHOWN_MS): void {
    this.#notice = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#notice = null;
      this.#show();
    }, shownMs);
    this.#show();
  }

  /** Shows a line, before all others, until it is taken back by null. */
  keep(text: string | null): void {
    this.#lasting = text;
    this.#show();
  }

  #show(): void {
    const text = this.#lasting ?? this.#notice ?? this.#keys;
    this.#pill.classList.toggle('gone', text === null);
    // What fades out can be read while it does.
    if (text !== null && this.#pill.textContent !== text) this.#pill.textContent = text;
  }
}
