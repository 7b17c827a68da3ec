import type { RowOf } from '../handles/row-types.ts';
import type { Tables } from './reducer-ctx.ts';

/**
 * What an interest function gives: the centres of what its client sees. A row of a spatial table stands for its position; null or
 * undefined: nothing is seen.
 */
export type InterestCentre<Ts extends Tables> = Centre<Ts> | readonly Centre<Ts>[] | null | undefined;

type Centre<Ts extends Tables> = Place | PositionedRows<Ts>;

export interface Place {
  readonly x: number;
  readonly y: number;
  /** Left out: 0. */
  readonly space?: number;
}

type PositionedRows<Ts extends Tables> = {
  [Accessor in keyof Ts]: Ts[Accessor]['parts']['spatial'] extends { readonly x: unknown }
    ? RowOf<Ts[Accessor]>
    : never;
}[keyof Ts];
