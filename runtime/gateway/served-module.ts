import { hashWireSchema, wireSchemaOf, type WireSchema } from '@tickbase/protocol';
import { type Plan, type ReducerPlan, shownPlan } from '@tickbase/schema/plan';
import { CallChecker, type CallRefusal } from './call-checker.ts';

/** A module as clients meet it. Most of the time there is one; after a publish, for a while, clients that have not heard of the next. */
export class ServedModule {
  readonly plan: Plan;
  /** What of the plan exists for clients. */
  readonly shownPlan: Plan;
  readonly schema: WireSchema;
  readonly schemaHash: string;
  readonly #checker: CallChecker;

  constructor(plan: Plan) {
    this.plan = plan;
    this.shownPlan = shownPlan(plan);
    this.schema = wireSchemaOf(plan);
    this.schemaHash = hashWireSchema(this.schema);
    this.#checker = new CallChecker(plan);
  }

  /**
   * Of a call that was written for `module`, with the arguments bytes[start…end): the reducer's position in this plan, or why it may not go to the
   * tick.
   */
  check(module: ServedModule, reducerId: number, bytes: Uint8Array, start: number, end: number): number | CallRefusal {
    if (module !== this) {
      const refusal = replacedCall(reducerOf(module.plan, reducerId), this.plan);
      if (refusal !== null) return refusal;
    }
    return this.#checker.check(reducerId, bytes, start, end);
  }

  /** Rows of this table are the same bytes for clients that know `module`. */
  hasSameTable(module: ServedModule, tableId: number): boolean {
    const [ours, theirs] = [this, module].map(({ schema }) => schema.tables.find(({ id }) => id === tableId));
    return ours !== undefined && JSON.stringify(ours) === JSON.stringify(theirs);
  }
}

/** Why a call of this reducer, written for the plan that has it, means nothing in the one that took its place; null: it means the same. */
export function replacedCall(before: ReducerPlan | undefined, after: Plan): CallRefusal | null {
  if (before === undefined || before.role !== 'call') return null; // it would have been refused without the replacement, too
  const reducer = reducerOf(after, before.id);
  const isSame = reducer?.role === 'call' && JSON.stringify(reducer.params) === JSON.stringify(before.params);
  if (isSame) return null;
  const what = reducer?.role === 'call' ? 'has other parameters now' : 'is not there any more';
  const message = `the server took over a new module while the call was on its way, in which ${before.name} ${what}: it did not run`;
  return { code: 'MODULE_REPLACED', message };
}

function reducerOf(plan: Plan, reducerId: number): ReducerPlan | undefined {
  return plan.reducers.find(({ id }) => id === reducerId);
}
