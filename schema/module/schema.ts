import { schemaError } from '../errors/schema-error.ts';
import { Column } from '../types/column.ts';
import type { ColumnShape, ShapeValue } from '../types/infer.ts';
import { shapeEntries } from '../types/shape-entries.ts';
import { Table, type TableLike } from '../tables/table.ts';
import type { FunctionDraft, ReducerDraft } from './function-draft.ts';
import type { InterestCentre } from './interest-centre.ts';
import type { ModuleFunction, Reducer } from './reducer.ts';
import type { InterestCtx, ReducerCtx, Tables } from './reducer-ctx.ts';

/**
 * A module's schema: its tables by their names in module code. The entry file exports it as default, and every function that is made
 * with it under the name that it shall have.
 * Mistakes are thrown when the module's plan is derived, all with a code, a place and a mend.
 */
export function schema<Ts extends Tables>(tables: Ts, options: SchemaOptions = {}): Schema<Ts> {
  return new Schema(tables, options);
}

export interface SchemaOptions {
  /** Ticks a second, 1…240; left out or 0: every call is run at once, a commit of its own. */
  readonly tickRate?: number;
  /** How names of module code become names in SQL, on the wire and on disk. */
  readonly CASE_CONVERSION_POLICY?: CaseConversionPolicy;
  /**
   * How many connections an identity may have at a time: 'many' (left out: this), or one: 'newest', a further one takes its place; 'oldest', a further one is refused
   * while the first has its link. A resume is no further connection, and requests over HTTP are none.
   */
  readonly sessions?: 'many' | 'newest' | 'oldest';
  /**
   * Tables (`'purse'`) and columns (`'purse.gold'`) that this version has given up together with what is in them. Only what stands here is dropped from
   * a database while it has rows.
   */
  readonly removed?: readonly string[];
}

/** 'SnakeCase' (left out: this): `bodyId` becomes `body_id`. 'None': as they are. */
export type CaseConversionPolicy = 'SnakeCase' | 'None';

/** The tables of a schema, for ReducerCtx: `ReducerCtx<InferSchema<typeof game>>`. */
export type InferSchema<S extends { readonly tables: Tables }> = S['tables'];

export interface ReducerOptions<Ts extends Tables = Tables> {
  /** Its name in SQL and on the wire; left out, the export's in snake case. */
  readonly name?: string;
  /** Rows of this schedule table call the reducer, with the row as its one argument. */
  readonly onSchedule?: TableLike;
  /**
   * Who may call it: runs before the reducer, in its transaction, and refuses the caller unless it returns true. Not asked when a timer or another
   * function of the module calls.
   */
  readonly allow?: (ctx: ReducerCtx<Ts>) => boolean;
}

export interface HookOptions {
  readonly name?: string;
}

export class Schema<Ts extends Tables> {
  readonly isSchema = true;
  readonly tables: Ts;
  readonly options: SchemaOptions;
  /** All functions made with this schema, in the order of their making. The plan wants each of them exported. */
  readonly functions: FunctionDraft[] = [];

  constructor(tables: Ts, options: SchemaOptions) {
    for (const [accessor, table] of Object.entries(tables)) {
      if (!(table instanceof Table)) throw schemaError('TABLE_INVALID', `schema(…), table ${accessor}`);
    }
    this.tables = Object.freeze({ ...tables });
    this.options = Object.freeze({ ...options });
    Object.freeze(this);
  }

  /**
   * A function that clients call, and timers with `onSchedule`: one transaction, all or nothing. It may throw SenderError to refuse the
   * call. It returns nothing and awaits nothing.
   *   params  the arguments' types by name; left out: none
   */
  reducer(body: (ctx: ReducerCtx<Ts>) => void): Reducer<Ts, Record<never, never>>;
  reducer<Params extends ColumnShape>(
    params: Params,
    body: (ctx: ReducerCtx<Ts>, args: ShapeValue<Params>) => void,
  ): Reducer<Ts, Params>;
  reducer(options: ReducerOptions<Ts>, body: (ctx: ReducerCtx<Ts>) => void): Reducer<Ts, Record<never, never>>;
  reducer<Params extends ColumnShape>(
    options: ReducerOptions<Ts>,
    params: Params,
    body: (ctx: ReducerCtx<Ts>, args: ShapeValue<Params>) => void,
  ): Reducer<Ts, Params>;
  reducer(...given: unknown[]): Reducer<Ts, ColumnShape> {
    const body = given.at(-1);
    const first = given.length > 1 ? given[0] : {};
    const isOptions = given.length > 2 || isReducerOptions(first);
    const options = (isOptions ? first : {}) as ReducerOptions;
    const params = (given.length > 2 ? given[1] : isOptions ? {} : first) as ColumnShape;
    return this.#makeReducer('call', options, params, body) as Reducer<Ts, ColumnShape>;
  }

  /** Runs once, when the database is made. A throw refuses the module. */
  init(body: (ctx: ReducerCtx<Ts>) => void): Reducer<Ts, Record<never, never>>;
  init(options: HookOptions, body: (ctx: ReducerCtx<Ts>) => void): Reducer<Ts, Record<never, never>>;
  init(...given: unknown[]): Reducer<Ts, Record<never, never>> {
    return this.#makeHook('init', given);
  }

  /** Runs after every start of the server, before any call: here rows of `persist: 'never'` tables are made again. */
  started(body: (ctx: ReducerCtx<Ts>) => void): Reducer<Ts, Record<never, never>>;
  started(options: HookOptions, body: (ctx: ReducerCtx<Ts>) => void): Reducer<Ts, Record<never, never>>;
  started(...given: unknown[]): Reducer<Ts, Record<never, never>> {
    return this.#makeHook('started', given);
  }

  /** Runs for each new connection; a throw turns it away. */
  clientConnected(body: (ctx: ReducerCtx<Ts>) => void): Reducer<Ts, Record<never, never>>;
  clientConnected(options: HookOptions, body: (ctx: ReducerCtx<Ts>) => void): Reducer<Ts, Record<never, never>>;
  clientConnected(...given: unknown[]): Reducer<Ts, Record<never, never>> {
    return this.#makeHook('clientConnected', given);
  }

  /** Runs once at the end of each connection, after a crash of the server too. A throw is logged. */
  clientDisconnected(body: (ctx: ReducerCtx<Ts>) => void): Reducer<Ts, Record<never, never>>;
  clientDisconnected(options: HookOptions, body: (ctx: ReducerCtx<Ts>) => void): Reducer<Ts, Record<never, never>>;
  clientDisconnected(...given: unknown[]): Reducer<Ts, Record<never, never>> {
    return this.#makeHook('clientDisconnected', given);
  }

  /**
   * Runs every so many ticks, after that tick's calls and timers, as one transaction. Systems run in the order of their making.
   *   dt  seconds since its last run
   */
  system(
    options: { readonly everyTicks: number; readonly name?: string },
    body: (ctx: ReducerCtx<Ts>, dt: number) => void,
  ): ModuleFunction {
    const { everyTicks, name } = asRecord(options, 'game.system(…)');
    return this.#add({ kind: 'system', owner: this, name: asName(name, 'game.system(…)'), everyTicks, body });
  }

  /**
   * What each client sees of spatial tables. One for a module; without it, the radius of a query is bounded by nothing.
   *   radiusMax       world units round a centre; what a client asks for beyond it is cut
   *   centre          runs for one client, read-only, and again when a row that it read changes
   *   tiers           cells farther than `beyond` world units from the nearest centre are told of every so many ticks (2, 4, 8, 16 or 32);
   *                   of tables with quantized columns only. Nearest first; left out: all in every tick
   *   bytesPerSecond  what one client is sent of its area, near cells first; what does not fit waits. Left out: 131 072
   *   rowsMax         about so many rows of tables with quantized columns are shown to one client, the nearest cells' first. Left out: all
   */
  interest(options: {
    readonly radiusMax: number;
    readonly centre: (ctx: InterestCtx<Ts>) => InterestCentre<Ts>;
    readonly tiers?: readonly { readonly beyond: number; readonly everyTicks: 2 | 4 | 8 | 16 | 32 }[];
    readonly bytesPerSecond?: number;
    readonly rowsMax?: number;
  }): ModuleFunction {
    const { radiusMax, centre, tiers, bytesPerSecond, rowsMax } = asRecord(options, 'game.interest(…)');
    return this.#add({ kind: 'interest', owner: this, radiusMax, tiers, bytesPerSecond, rowsMax, body: centre });
  }

  #makeHook(role: ReducerDraft['role'], given: readonly unknown[]): Reducer<Ts, Record<never, never>> {
    const options = (given.length > 1 ? given[0] : {}) as HookOptions;
    return this.#makeReducer(role, options, {}, given.at(-1)) as Reducer<Ts, Record<never, never>>;
  }

  #makeReducer(
    role: ReducerDraft['role'],
    options: ReducerOptions,
    params: ColumnShape,
    body: unknown,
  ): ModuleFunction {
    const where = `game.${role === 'call' ? 'reducer' : role}(…)`;
    const entries = shapeEntries(params, where).map(([accessor, column]) => {
      if (!(column instanceof Column)) throw schemaError('COLUMN_INVALID', `${where}, parameter ${accessor}`);
      return Object.freeze({ accessor, name: column.draft.name ?? null, type: column.type });
    });
    const { name, onSchedule, allow } = asRecord(options, where);
    const draft: ReducerDraft = Object.freeze({
      kind: 'reducer',
      owner: this,
      role,
      name: asName(name, where),
      onSchedule,
      allow,
      params: Object.freeze(entries),
      body,
    });
    this.functions.push(draft);
    const callable = (ctx: unknown, args: unknown = {}): void => {
      (body as (ctx: unknown, args: unknown) => void)(ctx, args);
    };
    return Object.freeze(Object.assign(callable, { draft }));
  }

  #add(draft: FunctionDraft): ModuleFunction {
    this.functions.push(Object.freeze(draft));
    return Object.freeze({ draft });
  }
}

/** Told from parameters by their values: a parameter is a Column, an option is not. */
function isReducerOptions(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { name, onSchedule, allow } = value as Record<string, unknown>;
  return typeof name === 'string' || onSchedule instanceof Table || typeof allow === 'function';
}

function asRecord(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw schemaError('SCHEMA_OPTION_INVALID', where, `an object of options was expected, not ${typeof value}`);
}

function asName(value: unknown, where: string): string | null {
  if (value === undefined) return null;
  if (typeof value === 'string') return value;
  throw schemaError('SCHEMA_OPTION_INVALID', `${where}, name`, `a text was expected, not ${typeof value}`);
}
