import type { FunctionDraft, ReducerDraft } from '../module/function-draft.ts';
import { SenderError } from '../module/sender-error.ts';
import type { ModuleFunctions } from './derive-plan.ts';

/**
 * The body of a reducer behind its `allow`: within the same transaction, so that it sees what the reducer would see. Only `true` lets a client in: what
 * is merely truthy, as a promise is, does not.
 */
export function guardedBody({ allow, body }: ReducerDraft, name: string): ModuleFunctions['reducers'][number] {
  const run = body as ModuleFunctions['reducers'][number];
  if (allow === undefined) return run;
  const mayCall = allow as (ctx: unknown) => unknown;
  return (ctx, args) => {
    const { isInternal } = (ctx as { senderAuth: { isInternal: boolean } }).senderAuth;
    if (!isInternal && mayCall(ctx) !== true) throw new SenderError(`you may not call ${name}`);
    return run(ctx, args);
  };
}

/** What `checkFunctions` looks at beside the body. */
export function allowOf(draft: FunctionDraft): unknown {
  return draft.kind === 'reducer' ? draft.allow : undefined;
}
