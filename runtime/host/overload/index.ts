export { type OverloadChange, OverloadLadder } from './overload-ladder.ts';
export { OVERLOAD_STEPS, type OverloadStep } from './overload-steps.ts';
