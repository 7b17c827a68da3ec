import type { ColumnShape, ShapeValue } from '../types/infer.ts';
import type { FunctionDraft } from './function-draft.ts';
import type { ReducerCtx, Tables } from './reducer-ctx.ts';

/**
 * An exported reducer. Clients call it by its export's name; module code may call it as a function, `other(ctx, { … })`, and stays in
 * its own transaction.
 */
export interface Reducer<Ts extends Tables, Params extends ColumnShape> extends ModuleFunction {
  (ctx: ReducerCtx<Ts>, ...args: ReducerArgs<Params>): void;
  /** For the compiler alone. */
  readonly params: Params;
}

/** The arguments after ctx: an object by parameter, which may be left out when there are none. */
export type ReducerArgs<Params extends ColumnShape> = keyof Params extends never
  ? [args?: Record<string, never>]
  : [args: ShapeValue<Params>];

/** What schema's methods give to be exported. */
export interface ModuleFunction {
  readonly draft: FunctionDraft;
}
