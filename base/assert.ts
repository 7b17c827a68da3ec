import { Fault } from './fault.ts';

/** Throws a Fault when `condition` is false: our own bug, never a caller's. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Fault(message);
}
