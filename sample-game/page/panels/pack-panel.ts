import { EMPTY_HANDS, HOLDABLE, Item, NOURISHMENT } from '../../src/rules.ts';
import type { ArtBook } from '../art/art-book.ts';
import { element } from './element.ts';
import { ITEM_NAMES, ITEM_USES } from './item-names.ts';
import { itemPicture } from './item-picture.ts';

/** In the order of their keys, 1 to 8. */
const SLOTS: readonly number[] = [
  Item.Berries,
  Item.Mushrooms,
  Item.Stew,
  Item.Torch,
  Item.Spear,
  Item.Charm,
  Item.Wood,
  Item.Crystals,
];

interface Slot {
  readonly item: number;
  readonly button: HTMLButtonElement;
  readonly count: HTMLElement;
}

/** What the player carries: a click or the slot's key eats a thing, or takes it in the hand and puts it away again. */
export class PackPanel {
  #slots: Slot[] = [];
  #shown = '';
  #onUse: (item: number) => void;
  #onIdle: (why: string) => void;

  /** `onIdle` is told why a press did nothing. */
  constructor(book: ArtBook, onUse: (item: number) => void, onIdle: (why: string) => void) {
    this.#onUse = onUse;
    this.#onIdle = onIdle;
    SLOTS.forEach((item, at) => {
      const button = document.createElement('button');
      const key = document.createElement('kbd');
      const count = document.createElement('span');
      button.type = 'button';
      button.dataset['item'] = String(item);
      key.textContent = String(at + 1);
      button.append(key, itemPicture(book, item), count);
      button.addEventListener('click', () => this.use(at));
      const entry = document.createElement('li');
      entry.append(button);
      element('pack').append(entry);
      this.#slots.push({ item, button, count });
    });
    this.show(new Map(), EMPTY_HANDS);
  }

  /** Uses the thing in a slot, counted from 0, if there is one that is good for more than crafting. */
  use(at: number): void {
    const slot = this.#slots[at];
    if (slot === undefined) return;
    if (slot.button.ariaDisabled === 'false') return this.#onUse(slot.item);
    const name = ITEM_NAMES[slot.item]!;
    this.#onIdle(slot.count.textContent === '' ? `no ${name} in the pack` : `${name}: good for crafting (C)`);
  }

  /** `carries` is the item in the hand. */
  show(counts: ReadonlyMap<number, number>, carries: number): void {
    const shown = `${carries} ${[...counts].join(' ')}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    for (const [at, { item, button, count }] of this.#slots.entries()) {
      const has = counts.get(item) ?? 0;
      const use = useOf(item, carries);
      const name = `${ITEM_NAMES[item]}${use === null ? '' : `, ${use}`}`;
      const good = ITEM_USES[item];
      count.textContent = has === 0 ? '' : String(has);
      button.ariaDisabled = String(has === 0 || use === null);
      if (HOLDABLE.includes(item)) button.ariaPressed = String(item === carries);
      button.classList.toggle('empty', has === 0);
      button.title = `${name} (${at + 1})${good === undefined ? '' : `: ${good}`}`;
      button.ariaLabel = `${has} ${name}`;
    }
  }
}

/** What a press does with an item; null: nothing, it is good for crafting. */
function useOf(item: number, carries: number): string | null {
  if (NOURISHMENT[item] !== undefined) return 'eat';
  if (!HOLDABLE.includes(item)) return null;
  return item === carries ? 'put away' : 'hold';
}
