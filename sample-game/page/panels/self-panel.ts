import type { ArtBook } from '../art/art-book.ts';
import { element } from './element.ts';

const ITEM_NAMES = ['berries', 'mushrooms', 'crystals'] as const;

/** The own name, which can be written over, and what was gathered. */
export class SelfPanel {
  #name = element<HTMLInputElement>('name');
  #counts: HTMLElement[] = [];

  constructor(book: ArtBook, name: string, onRename: (name: string) => void) {
    this.#name.value = name;
    let known = name;
    this.#name.addEventListener('change', () => {
      const wanted = this.#name.value.trim();
      if (wanted === '') this.#name.value = known;
      else onRename((known = wanted));
    });
    this.#name.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') this.#name.blur();
    });
    ITEM_NAMES.forEach((item, kind) => {
      const entry = document.createElement('li');
      const count = document.createElement('span');
      count.textContent = '0';
      entry.title = item;
      entry.append(pictureOf(book, kind), count);
      element('pack').append(entry);
      this.#counts.push(count);
    });
  }

  showPack(counts: readonly number[]): void {
    this.#counts.forEach((element, kind) => {
      element.textContent = String(counts[kind] ?? 0);
    });
  }
}

function pictureOf(book: ArtBook, kind: number): HTMLCanvasElement {
  const { canvas } = book.resource(kind, 3);
  const picture = document.createElement('canvas');
  picture.width = picture.height = 64;
  picture
    .getContext('2d')!
    .drawImage(canvas, 0, canvas.height - canvas.width - 8, canvas.width, canvas.width, 0, 0, 64, 64);
  return picture;
}
