import type { MigrationStep } from '@tickbase/schema/plan';

/** The steps of a migration for people: each with its class, what it does, why it is of that class, and what to do about one that is refused. */
export function migrationText(steps: readonly MigrationStep[]): string {
  const lines: string[] = [];
  for (const { class: kind, what, why, mend } of steps) {
    lines.push(`  ${kind.padEnd(CLASS_WIDTH)}${what}`, `${INDENT}${why}`);
    if (mend !== '') lines.push(`${INDENT}mend: ${mend}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** `disconnects clients` and two blanks. */
const CLASS_WIDTH = 21;
const INDENT = ' '.repeat(CLASS_WIDTH + 2);
