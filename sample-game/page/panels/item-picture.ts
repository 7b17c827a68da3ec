import type { ArtBook } from '../art/art-book.ts';

/** An item's picture for a panel. The panel's style says how large it is shown. */
export function itemPicture(book: ArtBook, item: number): HTMLCanvasElement {
  const { canvas } = book.item(item);
  const picture = document.createElement('canvas');
  picture.width = canvas.width;
  picture.height = canvas.height;
  picture.getContext('2d')!.drawImage(canvas, 0, 0);
  return picture;
}
