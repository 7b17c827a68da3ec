/** By how much the clocks of two machines may differ, in seconds: a token counts as good for so long before and after its time. */
export const CLOCK_SKEW_S = 5;
