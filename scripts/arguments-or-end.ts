import { TickbaseError } from '@tickbase/base';

/** Runs `read`; what it throws for the person at the terminal is printed with the help, and ends the process with status 2. Null: the help. */
export function argumentsOrEnd<T>(help: string, read: () => T | null): T {
  let outcome: T | null;
  try {
    outcome = read();
  } catch (error) {
    if (!(error instanceof TickbaseError)) throw error;
    console.error(`${error}\nusage: ${help}`);
    process.exit(2);
  }
  if (outcome !== null) return outcome;
  console.log(`usage: ${help}`);
  process.exit(0);
}
