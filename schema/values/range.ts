/** One end of a range of index keys. */
export type Bound<T> =
  | { readonly tag: 'included'; readonly value: T }
  | { readonly tag: 'excluded'; readonly value: T }
  | { readonly tag: 'unbounded' };

const UNBOUNDED = Object.freeze({ tag: 'unbounded' } as const);

/** Keys from one bound to another; an end that is left out is unbounded. */
export class Range<T> {
  readonly from: Bound<T>;
  readonly to: Bound<T>;

  constructor(from?: Bound<T> | null, to?: Bound<T> | null) {
    this.from = from ?? UNBOUNDED;
    this.to = to ?? UNBOUNDED;
    Object.freeze(this);
  }
}
