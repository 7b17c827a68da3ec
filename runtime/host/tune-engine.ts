import { setFlagsFromString } from 'node:v8';

/**
 * Lets V8 inline more into one function than it does by itself: a call, a frame and a seal are long chains of short functions, with the code that is
 * generated for a module's tables among them. Holds for the whole process, and for what is compiled from here on (docs/decisions/0018-engine-settings.md).
 */
export function tuneEngine(): void {
  setFlagsFromString('--max-inlined-bytecode-size=920');
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=2500');
}
