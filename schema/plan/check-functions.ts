import { schemaError } from '../errors/schema-error.ts';
import type { FunctionDraft } from '../module/function-draft.ts';
import type { Tables } from '../module/reducer-ctx.ts';
import type { ModuleFunction } from '../module/reducer.ts';
import type { Schema } from '../module/schema.ts';
import { allowOf } from './guarded-body.ts';

/**
 * Finds the name under which each of the schema's functions is exported. Refuses functions that are not exported, exported twice, of
 * another schema, async, or of a kind that a module has once.
 */
export function checkFunctions(
  schema: Schema<Tables>,
  moduleExports: Readonly<Record<string, unknown>>,
): ReadonlyMap<FunctionDraft, string> {
  const names = new Map<FunctionDraft, string>();
  for (const [name, value] of Object.entries(moduleExports)) {
    const draft = draftOf(value);
    if (draft === null) continue;
    if (draft.owner !== schema) throw schemaError('FUNCTION_FOREIGN', `export ${name}`);
    const twin = names.get(draft);
    if (twin !== undefined) throw schemaError('FUNCTION_EXPORTED_TWICE', `exports ${twin} and ${name}`);
    if (name === 'default') throw schemaError('FUNCTION_NOT_EXPORTED', 'the default export');
    names.set(draft, name);
  }
  const once = new Map<string, string>();
  schema.functions.forEach((draft, place) => {
    const what = draft.kind === 'reducer' && draft.role !== 'call' ? draft.role : draft.kind;
    const name = names.get(draft);
    if (name === undefined)
      throw schemaError('FUNCTION_NOT_EXPORTED', `${what}${lookOf(schema.functions, place, names)}`);
    checkBody(draft.body, `${what} ${name}`);
    const allow = allowOf(draft);
    if (allow !== undefined) checkBody(allow, `${what} ${name}, allow`);
    if (what === 'reducer' || what === 'system') return;
    const twin = once.get(what);
    if (twin !== undefined)
      throw schemaError('HOOK_TWICE', `exports ${twin} and ${name}`, `a module has two of ${what}`);
    once.set(what, name);
  });
  return names;
}

/** By what its author finds a function that has no name: its parameters, and which named ones were made before and after it. */
function lookOf(functions: readonly FunctionDraft[], place: number, names: ReadonlyMap<FunctionDraft, string>): string {
  const draft = functions[place]!;
  const params = draft.kind === 'reducer' ? draft.params.map(({ accessor }) => accessor).join(', ') : '';
  const before = functions.slice(0, place).findLast((other) => names.has(other));
  const after = functions.slice(place).find((other) => names.has(other));
  const parts = [
    params === '' ? '' : ` of ${params}`,
    before === undefined ? '' : `, made after ${names.get(before)}`,
    after === undefined ? '' : `, made before ${names.get(after)}`,
  ];
  return before === undefined && after === undefined
    ? `${parts[0]}, number ${place + 1} of the functions`
    : parts.join('');
}

function draftOf(value: unknown): FunctionDraft | null {
  if ((typeof value !== 'function' && typeof value !== 'object') || value === null) return null;
  const { draft } = value as Partial<ModuleFunction>;
  const kind: unknown = draft?.kind;
  return kind === 'reducer' || kind === 'system' || kind === 'interest' ? draft! : null;
}

function checkBody(body: unknown, where: string): void {
  if (typeof body !== 'function') throw schemaError('FUNCTION_INVALID', where);
  // The tag survives bundling; a name or source text would not.
  const tag = Object.prototype.toString.call(body);
  if (tag !== '[object Function]') throw schemaError('FUNCTION_ASYNC', where);
}
