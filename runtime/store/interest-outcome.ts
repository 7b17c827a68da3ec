/** What a run of the module's interest function came to. */
export type InterestOutcome = typeof INTEREST_NONE | typeof INTEREST_CENTRES | typeof INTEREST_FAILED;

/** It gave null: nothing spatial is seen. */
export const INTEREST_NONE = 0;
/** It gave one or more centres. */
export const INTEREST_CENTRES = 1;
/** It threw: the last area stays. */
export const INTEREST_FAILED = 2;
