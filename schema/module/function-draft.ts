import type { ReducerRole } from '../plan/plan.ts';
import type { TypePlan } from '../plan/type-plan.ts';

/** A function of a module as its author wrote it, before any check. `owner` is the schema that made it. */
export type FunctionDraft = ReducerDraft | SystemDraft | InterestDraft;

export interface ReducerDraft {
  readonly kind: 'reducer';
  readonly owner: object;
  readonly role: Exclude<ReducerRole, 'scheduled'>;
  readonly name: string | null;
  /** The schedule table given with `onSchedule`, unchecked; undefined: none. */
  readonly onSchedule: unknown;
  /** Who may call it, unchecked; undefined: everybody. */
  readonly allow: unknown;
  readonly params: readonly { readonly accessor: string; readonly name: string | null; readonly type: TypePlan }[];
  readonly body: unknown;
}

export interface SystemDraft {
  readonly kind: 'system';
  readonly owner: object;
  readonly name: string | null;
  readonly everyTicks: unknown;
  readonly body: unknown;
}

export interface InterestDraft {
  readonly kind: 'interest';
  readonly owner: object;
  readonly radiusMax: unknown;
  readonly tiers: unknown;
  readonly bytesPerSecond: unknown;
  readonly rowsMax: unknown;
  readonly body: unknown;
}
