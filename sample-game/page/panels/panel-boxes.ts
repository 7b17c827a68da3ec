import type { ScreenBox } from '../view/renderer.ts';
import { element } from './element.ts';

const PANELS = '#overlay, #self, #map, #craft, #say, #pack, #act, #tools, #hint:not(.gone, :empty)';

/** Where panels and lines of the chat lie over the picture now, in pixels of the page. */
export function panelBoxes(): ScreenBox[] {
  const panels = Array.from(document.querySelectorAll(PANELS), (panel) => panel.getBoundingClientRect());
  const chat = element('lines').getBoundingClientRect();
  // Lines that were pushed out above are cut off.
  const lines = Array.from(element('lines').children, (line) => line.getBoundingClientRect())
    .filter(({ bottom }) => bottom > chat.top)
    .map(({ left, top, right, bottom }) => ({ left, top: Math.max(top, chat.top), right, bottom }));
  return [...panels, ...lines].filter(({ left, right, top, bottom }) => right > left && bottom > top);
}
