import { type Easing, NO_EASING } from '../../interest/easing.ts';

/** What the server does at one step of the overload ladder; all that the steps before it do is part of it. */
export interface OverloadStep {
  readonly easing: Easing;
  /** Of the limit `joinsPerSecond`: the part that is let in. */
  readonly joinsShare: number;
  /** For the log. */
  readonly what: string;
}

/** From an unburdened server to the last thing that is done before ticks are late. What is far pays first, what is near last. */
export const OVERLOAD_STEPS: readonly OverloadStep[] = [
  { easing: NO_EASING, joinsShare: 1, what: 'nothing is slowed' },
  {
    easing: { farFactor: 2, radiusFactor: 1, nearEveryTicks: 1 },
    joinsShare: 0.2,
    what: 'far cells are sent half as often',
  },
  {
    easing: { farFactor: 4, radiusFactor: 1, nearEveryTicks: 1 },
    joinsShare: 0.1,
    what: 'far cells are sent a quarter as often',
  },
  {
    easing: { farFactor: 4, radiusFactor: 0.8, nearEveryTicks: 1 },
    joinsShare: 0.05,
    what: 'areas of interest are a fifth shorter',
  },
  {
    easing: { farFactor: 4, radiusFactor: 0.6, nearEveryTicks: 1 },
    joinsShare: 0.02,
    what: 'areas of interest are two fifths shorter',
  },
  {
    easing: { farFactor: 4, radiusFactor: 0.6, nearEveryTicks: 2 },
    joinsShare: 0.01,
    what: 'near cells are sent every second tick',
  },
];
