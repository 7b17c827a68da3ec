import { element } from './element.ts';

/** Who hears a line: those nearby, or everybody. */
export type Reach = 'near' | 'world';

const LINES_KEPT = 100;
const LINE_SHOWN_MS = 40_000;

/** The lines that were said, and the field to say one. While one writes, all kept lines can be read. */
export class ChatPanel {
  #lines = element('lines');
  #form = element('say');
  #text = element<HTMLInputElement>('text');
  #reachButton = element('reach');
  #reach: Reach = 'near';

  /** `onSay` answers whether the line could be sent; one that could not stays in the field. */
  constructor(onSay: (text: string, reach: Reach) => boolean) {
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.#text.value.trim();
      if (text !== '' && !onSay(text, this.#reach)) return;
      this.#text.value = '';
      this.#text.blur();
    });
    this.#form.addEventListener('focusin', () => this.#setWriting(true));
    this.#form.addEventListener('focusout', ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && this.#form.contains(relatedTarget))) this.#setWriting(false);
    });
    this.#form.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') (document.activeElement as HTMLElement | null)?.blur();
    });
    // Whoever reads further up goes on writing.
    this.#lines.addEventListener('mousedown', (event) => event.preventDefault());
    this.#reachButton.addEventListener('click', () => this.#setReach(this.#reach === 'near' ? 'world' : 'near'));
    element('open-chat').addEventListener('click', () => this.open());
    this.#setReach('near');
  }

  /** What is shown, `name: text`, oldest first. */
  get texts(): string[] {
    return Array.from(this.#lines.children, (line) => (line as HTMLElement).dataset['text']!);
  }

  open(): void {
    this.#setWriting(true);
    this.#text.focus();
  }

  /** Adds a line; `name` is empty for a notice of the game itself. `saidAt`: it was said before one came. */
  add(name: string, text: string, kind: Reach | 'notice', saidAt: Date | null = null): void {
    const line = document.createElement('li');
    line.className = kind;
    line.dataset['text'] = name === '' ? text : `${name}: ${text}`;
    if (saidAt !== null) {
      const time = document.createElement('time');
      time.dateTime = saidAt.toISOString();
      time.textContent = saidAt.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false });
      line.append(time);
    }
    if (name !== '') {
      const who = document.createElement('b');
      who.textContent = name;
      line.append(who, ' ');
    }
    line.append(text);
    this.#lines.append(line);
    while (this.#lines.childElementCount > LINES_KEPT) this.#lines.firstElementChild!.remove();
    this.#lines.scrollTop = this.#lines.scrollHeight;
    setTimeout(() => line.classList.add('old'), LINE_SHOWN_MS);
  }

  #setReach(reach: Reach): void {
    this.#reach = reach;
    this.#reachButton.ariaChecked = String(reach === 'world');
    this.#text.placeholder = reach === 'near' ? 'Say to those nearby' : 'Say to everybody';
  }

  #setWriting(isWriting: boolean): void {
    document.body.classList.toggle('chatting', isWriting);
    this.#lines.scrollTop = this.#lines.scrollHeight;
  }
}
