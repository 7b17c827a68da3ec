import { RECIPES, type Recipe } from '../../src/rules.ts';
import type { ArtBook } from '../art/art-book.ts';
import { lackOf, needsOf } from '../world/lack-of.ts';
import { element } from './element.ts';
import { ITEM_NAMES, ITEM_USES } from './item-names.ts';
import { itemPicture } from './item-picture.ts';

const LACK_WORDS = { things: 'not yet', fire: 'at a fire' } as const;

interface Row {
  readonly recipe: Recipe;
  readonly button: HTMLButtonElement;
  readonly needs: HTMLElement;
  readonly word: HTMLElement;
}

/** What can be made, what of it can be made here and now, and what is missing for the rest. */
export class CraftPanel {
  #card = element('craft');
  #opener = element('open-craft');
  #fire = element('at-fire');
  #rows: Row[];
  #cameFrom: Element | null = null;
  #shown = '';

  /** `onCraft` gets the recipe's number. */
  constructor(book: ArtBook, onCraft: (recipe: number) => void) {
    this.#opener.addEventListener('click', () => this.toggle());
    element('close-craft').addEventListener('click', () => this.close());
    this.#card.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') this.close();
    });
    this.#rows = RECIPES.map((recipe, number) => {
      const button = document.createElement('button');
      const name = document.createElement('b');
      const use = document.createElement('i');
      const needs = document.createElement('small');
      const word = document.createElement('em');
      button.type = 'button';
      name.textContent = `${ITEM_NAMES[recipe.item]}${recipe.count > 1 ? ` × ${recipe.count}` : ''}`;
      use.textContent = ITEM_USES[recipe.item] ?? '';
      name.append(use);
      button.append(itemPicture(book, recipe.item), name, word, needs);
      button.addEventListener('click', () => {
        if (button.ariaDisabled === 'false') onCraft(number);
      });
      const entry = document.createElement('li');
      entry.append(button);
      element('recipes').append(entry);
      return { recipe, button, needs, word };
    });
    this.show(new Map(), false);
  }

  get isOpen(): boolean {
    return !this.#card.hidden;
  }

  toggle(): void {
    if (this.isOpen) {
      this.close();
      return;
    }
    this.#cameFrom = document.activeElement;
    this.#setOpen(true);
    this.#rows[0]?.button.focus();
  }

  /** Gives the keyboard back to where it came from. */
  close(): void {
    const focused = document.activeElement;
    const hadFocus = this.#card.contains(focused);
    this.#setOpen(false);
    if (!hadFocus) return;
    // What is hidden keeps the focus until the next frame, and the body takes none.
    if (focused instanceof HTMLElement) focused.blur();
    if (this.#cameFrom instanceof HTMLElement) this.#cameFrom.focus();
  }

  show(pack: ReadonlyMap<number, number>, isAtFire: boolean): void {
    const shown = `${isAtFire} ${[...pack].join(' ')}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#fire.textContent = isAtFire ? 'by a fire' : 'no fire near';
    this.#fire.classList.toggle('near', isAtFire);
    for (const { recipe, button, needs, word } of this.#rows) {
      const lack = lackOf(recipe, pack, isAtFire);
      button.ariaDisabled = String(lack !== null);
      word.textContent = lack === null ? 'make' : LACK_WORDS[lack];
      const parts = needsOf(recipe, pack).map(({ item, has, count }) =>
        part(`${Math.min(has, count)}/${count} ${ITEM_NAMES[item]}`, has < count),
      );
      if (recipe.atFire) parts.push(part('fire', !isAtFire));
      needs.replaceChildren(...parts);
    }
  }

  #setOpen(isOpen: boolean): void {
    this.#card.hidden = !isOpen;
    this.#opener.ariaPressed = String(isOpen);
    document.body.classList.toggle('crafting', isOpen);
  }
}

function part(text: string, isMissing: boolean): HTMLElement {
  const span = document.createElement('span');
  span.textContent = text;
  span.classList.toggle('missing', isMissing);
  return span;
}
