import { Column } from '../../store/index.ts';

/**
 * Runs a function in which the `copies`-th copy of a cell stops with an error, as a forced stop inside of store code would.
 * Returns whether it came to that.
 */
export function cutWrites(copies: number, run: () => void): boolean {
  const original = Reflect.get(Column.prototype, 'copy') as Column['copy'];
  let left = copies;
  let isCut = false;
  Column.prototype.copy = function copy(this: Column, from: number, to: number): void {
    if (!isCut && --left < 0) {
      isCut = true;
      throw new Error('cut');
    }
    original.call(this, from, to);
  };
  try {
    run();
  } finally {
    Column.prototype.copy = original;
  }
  return isCut;
}
