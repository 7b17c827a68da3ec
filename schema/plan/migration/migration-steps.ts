import type { ColumnPlan, TablePlan } from '../plan.ts';
import type { MigrationStep } from './migration-plan.ts';

/** Gathers steps; what is left out of one is the usual: safe, of no table or column, nothing to mend. */
export class MigrationSteps {
  readonly list: MigrationStep[] = [];

  add(step: StepDraft): void {
    this.list.push({
      what: step.what,
      table: step.table?.name ?? null,
      column: step.column?.name ?? null,
      class: step.class ?? 'safe',
      why: step.why,
      mend: step.mend ?? '',
    });
  }
}

export interface StepDraft {
  readonly what: string;
  readonly table?: TablePlan;
  readonly column?: ColumnPlan;
  readonly class?: MigrationStep['class'];
  readonly why: string;
  readonly mend?: string;
}
