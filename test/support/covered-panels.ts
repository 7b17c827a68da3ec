/** The sample game's panels that lie over each other, in pairs, and those that leave the screen. Runs in the page. */
export function coveredPanels(): string[] {
  const panels = '#overlay, #self, #map, #craft, #lines, #say, #pack, #act, #tools, #hint';
  const boxes = [...document.querySelectorAll(panels)]
    .filter((panel) => panel.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
    .map((panel) => ({ id: panel.id, box: panel.getBoundingClientRect() }));
  const wrong: string[] = [];
  for (const [at, { id, box }] of boxes.entries()) {
    if (box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight)
      wrong.push(`${id} is cut off`);
    for (const other of boxes.slice(at + 1)) {
      const isApart =
        box.right <= other.box.left ||
        other.box.right <= box.left ||
        box.bottom <= other.box.top ||
        other.box.bottom <= box.top;
      if (!isApart) wrong.push(`${id} and ${other.id}`);
    }
  }
  return wrong;
}
