import { element } from './element.ts';
import { ITEM_NAMES } from './item-names.ts';

/** What the player can do here and now: hit a wolf, or gather what a resource gives. */
export type Act = { readonly does: 'strike' } | { readonly does: 'gather'; readonly item: number };

/** The button for what is in reach. Its place stays free while there is nothing. */
export class ActButton {
  #button = element<HTMLButtonElement>('act');
  does: Act['does'] | null = null;

  constructor(onPress: () => void) {
    this.#button.addEventListener('click', onPress);
    this.show(null);
  }

  show(act: Act | null): void {
    this.does = act?.does ?? null;
    this.#button.classList.toggle('away', act === null);
    if (act === null) return;
    const isStrike = act.does === 'strike';
    const text = isStrike ? 'Strike' : `Gather ${ITEM_NAMES[act.item]}`;
    if (this.#button.textContent !== text) this.#button.textContent = text;
    this.#button.title = isStrike ? 'Space' : 'E';
    this.#button.classList.toggle('strike', isStrike);
  }
}
