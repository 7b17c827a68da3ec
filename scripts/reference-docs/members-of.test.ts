import { expect, test } from 'vitest';
import { membersOf } from './members-of.ts';

const SOURCE = `
/** A lamp. */
export interface Lamp<Oil> {
  /** Whether it burns. */
  readonly isLit: boolean;
  fill(oil: Oil): void;
  /**
   * Burns for so long,
   * in seconds.
   */
  burn(
    seconds: number,
    colour?: string,
  ): void;
  burn(forever: true): void;
}

export class Lantern {
  readonly oil: number;
  readonly #wick: object;
  #height = 3;

  constructor(oil: number) {
    this.oil = oil;
  }

  /** Above the ground. */
  get height(): number {
    return this.#height;
  }

  private hide(): void {}
}
`;

test('the members of a declaration come with their comments as one line, overloads once', () => {
  expect(membersOf(SOURCE, 'Lamp')).toEqual([
    { signature: 'isLit: boolean', doc: 'Whether it burns.' },
    { signature: 'fill(oil: Oil): void', doc: '' },
    { signature: 'burn(seconds: number, colour?: string): void', doc: 'Burns for so long, in seconds.' },
  ]);
});

test('what is hidden of a class is left out', () => {
  expect(membersOf(SOURCE, 'Lantern')).toEqual([
    { signature: 'oil: number', doc: '' },
    { signature: 'height: number', doc: 'Above the ground.' },
  ]);
});

test('a declaration that is not there is an error', () => {
  expect(() => membersOf(SOURCE, 'Candle')).toThrow('there is no exported Candle');
});
